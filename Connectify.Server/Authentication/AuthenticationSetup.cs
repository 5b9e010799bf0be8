namespace Connectify.Server.Authentication;

internal static class AuthenticationSetup
{
    public static void AddBearerAuthentication(this WebApplicationBuilder builder)
    {
        var services = builder.Services;

        // Only the core: all of AddAuthentication would keep keys for cookies, which nothing here uses.
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = BearerHandler.Name;
            options.AddScheme<BearerHandler>(BearerHandler.Name, null);
        });
        services.AddWebEncoders();
        services.AddTransient<BearerHandler>();
        services.AddCallerPolicies();
        services.AddSingleton<SigningKey>().AddSingleton<AccessTokens>().AddSingleton<SessionStateCache>();
    }
}
