namespace Connectify.Server.Hosting;

internal static class CorsSetup
{
    /// <summary>Lets browsers in from <c>Cors:Origins</c>.</summary>
    public static void AddConfiguredCors(this WebApplicationBuilder builder)
    {
        var origins = builder.Configuration.GetSection("Cors:Origins").Get<string[]>() ?? [];

        // Credentials, because SignalR's client asks for them; there are no cookies that a foreign page could use.
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(origins).AllowAnyHeader().AllowAnyMethod().AllowCredentials().WithExposedHeaders("Retry-After", "WWW-Authenticate")));
    }
}
