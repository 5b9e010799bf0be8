using System.Security.Cryptography;
using System.Text;
using Connectify.Server.Hosting;

namespace Connectify.Server.Accounts;

/// <summary>Logins: each has a chain of refresh tokens, stored as hashes, of which only the last one works.</summary>
internal sealed class Sessions(AuthSettings settings)
{
    /// <summary>How long a refresh token works; each exchange begins it anew.</summary>
    public TimeSpan Lifetime { get; } = TimeSpan.FromDays(settings.RefreshTokenDays);

    /// <summary>Opens a login within <paramref name="transaction"/>.</summary>
    public async Task<OpenedSession> Open(Transaction transaction, long userId, Timestamp now, CancellationToken cancellation)
    {
        // The user's dead logins go with a new one, so they never pile up.
        var sessionId = await transaction.FirstOrDefault<long>(
            """
            DELETE FROM sessions WHERE user_id = @userId AND expires_at < @now;
            INSERT INTO sessions (user_id, created_at, expires_at) VALUES (@userId, @now, @expires) RETURNING id
            """,
            new { userId, now, expires = now + Lifetime },
            cancellation);
        return new OpenedSession(sessionId, await NewRefreshToken(transaction, sessionId, cancellation));
    }

    public static async Task<string> NewRefreshToken(Transaction transaction, long sessionId, CancellationToken cancellation)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await transaction.Execute(
            "INSERT INTO refresh_tokens (token_hash, session_id) VALUES (@hash, @sessionId)",
            new { hash = Hash(token), sessionId },
            cancellation);
        return token;
    }

    /// <summary>What is stored of a refresh token. Unsalted: 256 random bits can't be guessed from it.</summary>
    public static string Hash(string refreshToken)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(refreshToken)));
}

/// <param name="Id">The session.</param>
/// <param name="RefreshToken">Its first refresh token.</param>
internal sealed record OpenedSession(long Id, string RefreshToken);
