namespace Connectify.Server.Demo;

internal static class DemoSetup
{
    private const string Switch = "--demo";

    /// <summary>The arguments without the switch: the configuration would take the next argument as its value.</summary>
    public static string[] WithoutDemo(this string[] args) => [.. args.Where(argument => argument != Switch)];

    /// <summary>Registers the demo if <paramref name="args"/> ask for it, in a folder of its own unless the operator names one.</summary>
    /// <remarks>Comes before everything that reads <c>DataPath</c>.</remarks>
    public static void AddDemo(this WebApplicationBuilder builder, string[] args)
    {
        if (!args.Contains(Switch)) return;
        builder.Configuration["DataPath"] ??= "./data-demo";
        builder.Services.AddSingleton<DemoFiles>().AddSingleton<DemoPeople>().AddSingleton<DemoChats>().AddSingleton<FillDemo>();
    }
}
