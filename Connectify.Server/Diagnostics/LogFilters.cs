using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Logging.EventSource;

namespace Connectify.Server.Diagnostics;

internal static class LogFilters
{
    // These ASP.NET Core categories log whole URLs (with tokens) and hub arguments (with content). The hub's filter logs
    // failures instead. With the first one off, requests and sockets also get no activity and no log scope.
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
        // A level set for one provider would override the general one.
        foreach (var category in SuppressedCategories)
        {
            builder.Logging.AddFilter(category, LogLevel.None);
            builder.Logging.AddFilter<ConsoleLoggerProvider>(category, LogLevel.None);
            builder.Logging.AddFilter<EventSourceLoggerProvider>(category, LogLevel.None);
        }
    }
}
