using Connectify.Server.Diagnostics;

namespace Connectify.Server.Authentication;

internal static class AuthenticationSetup
{
    public static void AddBearerAuthentication(this WebApplicationBuilder builder)
    {
        var services = builder.Services;

        services.AddBearerScheme();
        services.AddCallerPolicies();
        services.AddSingleton<SecurityLog>().AddSingleton<SigningKey>().AddSingleton<AccessTokens>().AddSingleton<SessionStateCache>();
    }
}
