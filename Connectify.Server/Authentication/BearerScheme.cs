using System.Security.Claims;
using Connectify.Protocol;
using Connectify.Server.Diagnostics;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Connectify.Server.Authentication;

/// <summary>
/// The authentication scheme "Bearer": an access token in the header, or, for sockets of browsers, in the query or as a subprotocol.
/// JwtBearer does the HTTP part and asks <see cref="AccessTokens"/>, as plain sockets do without it.
/// </summary>
internal static class BearerScheme
{
    public const string Name = JwtBearerDefaults.AuthenticationScheme;

    /// <summary>The challenge to a request whose token was refused (RFC 6750). Without a token it is <c>Bearer</c>.</summary>
    public const string InvalidToken = "Bearer error=\"invalid_token\"";

    private const string Prefix = "Bearer ";

    // AddAuthentication would add Data Protection, which writes keys for cookies at each start; AddJwtBearer needs it.
    public static void AddBearerScheme(this IServiceCollection services)
    {
        services.AddAuthenticationCore(options => options.DefaultScheme = Name);
        services.AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<JwtBearerOptions, JwtBearerHandler>(Name, displayName: null, configureOptions: null);
        services.AddOptions<JwtBearerOptions>(Name).Configure<AccessTokens, SecurityLog>(Configure);
    }

    /// <summary>The token a request carries, unchecked.</summary>
    public static string? TokenIn(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return header[Prefix.Length..].Trim();

        // Browsers can't set headers on a WebSocket. Nowhere else: URLs end up in logs and histories.
        var parameter = request.Path.StartsWithSegments("/ws") ? "token"
            : request.Path.StartsWithSegments("/hubs") ? "access_token"
            : null;
        if (parameter is null) return null;
        return request.Query[parameter].ToString() is { Length: > 0 } token ? token : Subprotocols.TokenIn(request.Headers);
    }

    private static void Configure(JwtBearerOptions options, AccessTokens tokens, SecurityLog security)
    {
        options.SaveToken = false;
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(new Verifier(tokens));
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = received =>
            {
                // Without NoResult the handler would look for a token itself.
                if (TokenIn(received.Request) is { Length: > 0 } token) received.Token = token;
                else received.NoResult();
                return Task.CompletedTask;
            },

            // Not in the Verifier: the handler takes its exceptions for bad tokens, and a database that is away is none.
            OnTokenValidated = async validated =>
            {
                var token = (VerifiedToken)validated.SecurityToken;
                if (await tokens.CallerOf(token, validated.HttpContext.RequestAborted) is not { } caller)
                {
                    validated.Fail("The account or the session has ended.");
                    return;
                }

                validated.HttpContext.Features.Set(caller);
                validated.Principal = new ClaimsPrincipal(new CallerIdentity(caller));
            },

            OnChallenge = challenge =>
            {
                if (challenge.AuthenticateFailure is not null) security.Count(SecurityEvents.TokenRefused, RemoteClient.AddressOf(challenge.HttpContext));
                return Task.CompletedTask;
            },

            // ErrorResponses gives a challenge (401) its body. The only policy beside it is for active accounts.
            OnForbidden = forbidden => Rejected.Write(forbidden.Response, CallerPolicies.NotActive),
        };
    }

    /// <summary>Has JwtBearer verify tokens as everything else does, through the same cache.</summary>
    private sealed class Verifier(AccessTokens tokens) : TokenHandler
    {
        // The handler wants an identity before it is known whose token it is.
        private static readonly ClaimsIdentity Unknown = new();

        public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
            => await tokens.Verify(token) is { } verified
                ? new TokenValidationResult { IsValid = true, SecurityToken = verified, ClaimsIdentity = Unknown }
                : new TokenValidationResult { IsValid = false, Exception = new SecurityTokenException("The token is not valid.") };
    }
}
