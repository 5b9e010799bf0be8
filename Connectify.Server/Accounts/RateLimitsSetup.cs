using Connectify.Server.Authentication;

namespace Connectify.Server.Accounts;

internal static class RateLimitsSetup
{
    public static void AddRateLimits(this WebApplicationBuilder builder) => builder.Services.AddSingleton<RateLimits>();

    /// <summary>Limits the requests of each user; comes after authentication, which knows him.</summary>
    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use((context, next) =>
            context.Features.Get<Caller>() is { } caller && limits.Request(caller.Username) is { } rejection
                ? Rejected.Write(context.Response, rejection)
                : next(context));
    }
}
