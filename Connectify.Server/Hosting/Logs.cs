namespace Connectify.Server.Hosting;

internal static class Logs
{
    // What of ASP.NET Core writes down whole URLs, in which tokens stand, and the arguments of hub methods.
    private static readonly string[] Talkative =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher",
    ];

    /// <summary>Tokens and content stay out of the log, also when all of ASP.NET Core is turned up.</summary>
    public static void AddDiscreetLogs(this WebApplicationBuilder builder)
    {
        foreach (var category in Talkative) builder.Logging.AddFilter(category, LogLevel.Warning);
    }
}
