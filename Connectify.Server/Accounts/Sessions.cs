using System.Security.Cryptography;
using System.Text;
using Connectify.Server.Hosting;

namespace Connectify.Server.Accounts;

/// <summary>Logins: each has a chain of refresh tokens, stored as hashes, of which only the last one works.</summary>
internal sealed class Sessions(AuthSettings settings)
{
    /// <summary>For how long a network counts as one that the user has logged in from: expired sessions are kept for it.</summary>
    public static TimeSpan RememberedFor { get; } = TimeSpan.FromDays(30);

    /// <summary>How long a refresh token works; each exchange begins it anew.</summary>
    public TimeSpan Lifetime { get; } = TimeSpan.FromDays(settings.RefreshTokenDays);

    /// <summary>Opens a login within <paramref name="transaction"/>.</summary>
    public async Task<OpenedSession> Open(
        Transaction transaction, long userId, RemoteClient client, Timestamp now, CancellationToken cancellation)
    {
        // The user's dead logins go with a new one, so they never pile up.
        var sessionId = await transaction.FirstOrDefault<long>(
            """
            DELETE FROM sessions WHERE user_id = @userId AND expires_at < @now AND created_at < @forgotten;
            INSERT INTO sessions (user_id, created_at, last_used_at, expires_at, user_agent, ip, network)
            VALUES (@userId, @now, @now, @expires, @UserAgent, @Address, @Network) RETURNING id
            """,
            new { userId, now, expires = now + Lifetime, forgotten = now - RememberedFor, client.UserAgent, client.Address, client.Network },
            cancellation);
        return new OpenedSession(sessionId, await NewRefreshToken(transaction, sessionId, predecessor: null, cancellation));
    }

    /// <param name="transaction">The transaction.</param>
    /// <param name="sessionId">The login.</param>
    /// <param name="predecessor">The hash of the token that it is exchanged for; null: the session's first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<string> NewRefreshToken(
        Transaction transaction, long sessionId, string? predecessor, CancellationToken cancellation)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await transaction.Execute(
            "INSERT INTO refresh_tokens (token_hash, session_id, predecessor_hash) VALUES (@hash, @sessionId, @predecessor)",
            new { hash = Hash(token), sessionId, predecessor },
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
