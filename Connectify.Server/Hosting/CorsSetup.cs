using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace Connectify.Server.Hosting;

internal static class CorsSetup
{
    /// <summary>Lets browsers in from <c>Cors:Origins</c>.</summary>
    public static void AddConfiguredCors(this WebApplicationBuilder builder)
    {
        // Credentials, because SignalR's client asks for them; there are no cookies that a foreign page could use.
        builder.Services.AddCors();
        builder.Services.AddOptions<CorsOptions>().Configure<CorsSettings>((cors, settings) => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. settings.Origins.Select(origin => WebOrigin.Parse(origin)!.ToString())]).AllowAnyHeader().AllowAnyMethod().AllowCredentials()
            .WithExposedHeaders("Retry-After", "WWW-Authenticate")));
    }

    /// <summary>Applies CORS, and says <c>Vary: Origin</c> on every answer below that it may change.</summary>
    public static void UseConfiguredCors(this WebApplication app)
    {
        if (app.Services.GetRequiredService<CorsSettings>().Origins.Length > 0) app.Use(VaryByOrigin);
        app.UseCors();
    }

    // The framework adds it only to answers to a request with an Origin: a cache would give an image's answer, which has no
    // CORS headers, to a script. On starting, because error responses clear the headers.
    private static Task VaryByOrigin(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            var vary = context.Response.Headers.GetCommaSeparatedValues(HeaderNames.Vary);
            if (!vary.Contains(HeaderNames.Origin, StringComparer.OrdinalIgnoreCase)) context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
            return Task.CompletedTask;
        });
        return next(context);
    }
}
