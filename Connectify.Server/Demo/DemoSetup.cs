namespace Connectify.Server.Demo;

internal static class DemoSetup
{
    private const string Switch = "--demo";

    /// <summary>What is left for the configuration, which would take the next argument for the switch's value.</summary>
    public static string[] WithoutDemo(this string[] args) => [.. args.Where(argument => argument != Switch)];

    /// <summary>Nothing where <paramref name="args"/> don't ask for the demo.</summary>
    public static void AddDemo(this WebApplicationBuilder builder, string[] args)
    {
        if (!args.Contains(Switch)) return;
        builder.Services.AddSingleton<DemoFiles>().AddSingleton<DemoPeople>().AddSingleton<DemoChats>().AddSingleton<FillDemo>();
    }
}
