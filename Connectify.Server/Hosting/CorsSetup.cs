using Microsoft.AspNetCore.Cors.Infrastructure;

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
}
