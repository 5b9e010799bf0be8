namespace Connectify.Server.Authentication;

/// <summary>Whose request this is: an account whose access token has just been checked.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Username">Its name.</param>
/// <param name="TokenId">The token's <c>jti</c>.</param>
/// <param name="SessionId">The login that the token stems from; revoking it ends token and sockets.</param>
/// <param name="Expires">When the token stops working.</param>
/// <param name="IsActive">false: pending, may see its own profile and nothing else.</param>
/// <param name="IsSuperuser">Above all organizations.</param>
internal sealed record Caller(
    long UserId, string Username, string TokenId, long SessionId, Timestamp Expires, bool IsActive, bool IsSuperuser)
{
    /// <summary>Lets an endpoint take its caller as a parameter.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    /// <exception cref="InvalidOperationException">The endpoint doesn't require a token.</exception>
    public static Caller Of(HttpContext context)
        => context.Features.Get<Caller>() ?? throw new InvalidOperationException("The request is anonymous.");
}
