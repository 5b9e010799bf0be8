using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Connectify.Server.Authentication;

/// <summary>The authentication scheme "Bearer": an access token in the header, or, for sockets from browsers, in the query.</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, AccessTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string Name = "Bearer";

    private const string Prefix = "Bearer ";

    /// <summary>The token a request carries, unchecked.</summary>
    public static string? TokenIn(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return header[Prefix.Length..].Trim();

        // Browsers can't set headers on a WebSocket. Nowhere else: URLs end up in logs and histories.
        var parameter = request.Path.StartsWithSegments("/ws") ? "token"
            : request.Path.StartsWithSegments("/hubs") ? "access_token"
            : null;
        return parameter is not null && request.Query[parameter].ToString() is { Length: > 0 } token ? token : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TokenIn(Request) is not { } token) return AuthenticateResult.NoResult();
        var caller = await tokens.Authenticate(token, Context.RequestAborted);
        if (caller is null) return AuthenticateResult.Fail("The token is not valid.");
        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(caller)), Scheme.Name));
    }

    // A challenge (401) is given its body by ErrorResponses. What is forbidden by policy is so because the account is pending.
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
        => Rejected.Write(Response, CallerPolicies.NotActive);
}
