using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Logging.EventSource;

namespace Connectify.Server.Hosting;

internal static class Logs
{
    // What of ASP.NET Core writes down whole URLs, in which tokens stand, and the arguments of hub methods. (What
    // becomes of those, the hub's filter logs.)
    private static readonly Dictionary<string, LogLevel> Talkative = new()
    {
        ["Microsoft.AspNetCore.Hosting.Diagnostics"] = LogLevel.Warning,
        ["Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher"] = LogLevel.None,
    };

    /// <summary>Tokens and content stay out of the log, also when all of ASP.NET Core is turned up.</summary>
    public static void AddDiscreetLogs(this WebApplicationBuilder builder)
    {
        // A level that is set for one provider would win over those for all.
        foreach (var (category, level) in Talkative)
        {
            builder.Logging.AddFilter(category, level);
            builder.Logging.AddFilter<ConsoleLoggerProvider>(category, level);
            builder.Logging.AddFilter<EventSourceLoggerProvider>(category, level);
        }
    }
}
