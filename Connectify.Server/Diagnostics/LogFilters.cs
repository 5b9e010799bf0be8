using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Logging.EventSource;

namespace Connectify.Server.Diagnostics;

internal static class LogFilters
{
    // What of ASP.NET Core writes down whole URLs, in which tokens stand, and the arguments of hub methods. (What
    // becomes of those, the hub's filter logs.) Whether the first of them is heard at all decides, besides, whether each
    // request and each socket gets an activity and a scope for the log's sake.
    private static readonly string[] SuppressedCategories =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher",

        // A stack trace for each refused token, and an error for each request that meets no database: ErrorResponses logs those.
        "Microsoft.AspNetCore.Authentication.JwtBearer.JwtBearerHandler",
    ];

    /// <summary>Tokens and content stay out of the log, also when all of ASP.NET Core is turned up.</summary>
    public static void AddLogFilters(this WebApplicationBuilder builder)
    {
        // A level that is set for one provider would win over those for all.
        foreach (var category in SuppressedCategories)
        {
            builder.Logging.AddFilter(category, LogLevel.None);
            builder.Logging.AddFilter<ConsoleLoggerProvider>(category, LogLevel.None);
            builder.Logging.AddFilter<EventSourceLoggerProvider>(category, LogLevel.None);
        }
    }
}
