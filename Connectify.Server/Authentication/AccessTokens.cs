using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using Connectify.Server.Hosting;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Connectify.Server.Authentication;

/// <summary>Issues and checks the short-lived tokens that every request and socket carries.</summary>
internal sealed class AccessTokens(SigningKey key, AuthSettings settings, SessionStateCache sessionStates) : IDisposable
{
    private const string Name = "connectify";
    private const int MaxRemembered = 20_000;

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = 4096, SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials = new(new SymmetricSecurityKey(key.Bytes), SecurityAlgorithms.HmacSha256);
    private readonly TokenValidationParameters _validation = new()
    {
        IssuerSigningKey = new SymmetricSecurityKey(key.Bytes),
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidIssuer = Name,
        ValidAudience = Name,
        ClockSkew = TimeSpan.Zero,
    };

    // A token comes with every request, and what is written in it never changes: it is verified once. Whether its account
    // and session still stand is asked each time.
    private readonly MemoryCache _verified = new(new MemoryCacheOptions { SizeLimit = MaxRemembered });

    public string Issue(long userId, string username, long sessionId)
    {
        var now = DateTime.UtcNow;

        // The session stands in the token's id: so revoking a login ends its tokens, and no claim of our own is needed.
        var tokenId = $"{sessionId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Subject = new ClaimsIdentity([
                new Claim(JwtRegisteredClaimNames.Sub, userId.ToString(CultureInfo.InvariantCulture)),
                new Claim("username", username),
                new Claim(JwtRegisteredClaimNames.Jti, tokenId),
            ]),
            Issuer = Name,
            Audience = Name,
            IssuedAt = now,
            Expires = now.AddMinutes(settings.AccessTokenMinutes),
            SigningCredentials = _credentials,
        });
    }

    /// <summary>Checks signature, time, issuer and audience, and that account and session still stand.</summary>
    /// <returns>null: the token is worth nothing (any more).</returns>
    public async Task<Caller?> Authenticate(string token, CancellationToken cancellation)
        => await Verify(token) is { } verified ? await CallerOf(verified, cancellation) : null;

    /// <summary>Checks signature, time, issuer and audience: what needs no database.</summary>
    /// <returns>null: the token is none of ours, or has expired.</returns>
    public ValueTask<VerifiedToken?> Verify(string token)
        => _verified.Get<VerifiedToken>(token) is { } known ? new(known) : new(VerifyAnew(token));

    /// <summary>Checks that account and session of a token still stand.</summary>
    /// <returns>null: one of them has ended.</returns>
    public async Task<Caller?> CallerOf(VerifiedToken token, CancellationToken cancellation)
        => await sessionStates.Of(token.UserId, token.SessionId, cancellation) is { } state
            ? new Caller(token.UserId, state.Username, token.Id, token.SessionId, Timestamp.From(token.ValidTo), state.IsActive, state.IsSuperuser)
            : null;

    public void Dispose() => _verified.Dispose();

    private async Task<VerifiedToken?> VerifyAnew(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, _validation);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt) return null;
        if (!TryId(jwt.Subject, out var userId) || !TryId(jwt.Id.Split('-')[0], out var sessionId)) return null;
        var verified = new VerifiedToken(userId, sessionId, jwt.Id, jwt.Issuer, jwt.IssuedAt, jwt.ValidTo);
        _verified.Set(token, verified, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpiration = verified.ValidTo });
        return verified;
    }

    private static bool TryId(string? text, out long id)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
}
