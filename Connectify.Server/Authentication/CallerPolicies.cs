using Connectify.Server.ApiDocs;

namespace Connectify.Server.Authentication;

/// <summary>Who may call an endpoint.</summary>
internal static class CallerPolicies
{
    private const string Known = "known";
    private const string Active = "active";

    public static Rejection NotActive { get; } = Rejection.Forbidden("account_not_active", "Your account is not active");

    public static void AddCallerPolicies(this IServiceCollection services)
        => services.AddAuthorizationBuilder()
            .AddPolicy(Known, policy => policy.RequireAuthenticatedUser())
            .AddPolicy(Active, policy => policy.RequireAssertion(
                request => request.User.Identity is CallerIdentity { Caller.IsActive: true }));

    /// <summary>Anybody with a good token, pending accounts too; otherwise 401.</summary>
    public static TBuilder RequireCaller<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
        => endpoint.RequireAuthorization(Known);

    /// <summary>Active accounts only: 401 without a good token, 403 for a pending account.</summary>
    public static TBuilder RequireActiveCaller<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
        => endpoint.RequireAuthorization(Active).WithMetadata(new Failures([StatusCodes.Status403Forbidden]));
}
