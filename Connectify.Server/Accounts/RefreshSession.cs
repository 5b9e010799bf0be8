using Connectify.Server.Authentication;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Accounts;

/// <summary>A fresh pair of tokens.</summary>
internal sealed record TokenPair(string Token, string RefreshToken);

/// <summary>
/// Exchanges a refresh token for a new pair. Each works once: one that comes back is in two hands,
/// nobody can tell whose are right, so its whole session ends.
/// </summary>
internal sealed class RefreshSession(Database database, Sessions sessions, AccessTokens tokens, EventPublisher publisher)
{
    private static readonly Rejection InvalidRefreshToken
        = new(StatusCodes.Status401Unauthorized, "invalid_refresh_token", "Invalid refresh token");

    public async Task<Outcome<TokenPair>> Run(string refreshToken, CancellationToken cancellation)
    {
        var hash = Sessions.Hash(refreshToken);
        var (outcome, ended) = await database.Write(transaction => Exchange(transaction, hash, cancellation), cancellation);
        if (ended is not null) publisher.Publish(ended);
        return outcome;
    }

    private async Task<(Outcome<TokenPair> Outcome, SessionsRevoked? Ended)> Exchange(
        Transaction transaction, string hash, CancellationToken cancellation)
    {
        var now = Timestamp.Now;
        var found = await transaction.QueryMultiple(
            // Two statements: the second sees what was committed while the first waited for the lock.
            """
            SELECT token_hash FROM refresh_tokens WHERE token_hash = @hash FOR UPDATE;
            SELECT r.session_id, r.used_at IS NOT NULL AS is_used, s.user_id, u.username, u.status
            FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id JOIN users u ON u.id = s.user_id
            WHERE r.token_hash = @hash AND s.revoked_at IS NULL AND s.expires_at > @now
            """,
            new { hash, now },
            async read =>
            {
                await read.ReadAsync<string>();
                return await read.ReadFirstOrDefaultAsync<Found>();
            },
            cancellation);
        if (found is null) return (InvalidRefreshToken, null);
        if (found.IsUsed) return (InvalidRefreshToken, await End(transaction, found, now, cancellation));
        if (found.Status == Statuses.Deactivated) return (Login.Deactivated, null);

        var stands = await transaction.Execute(
            "UPDATE sessions SET expires_at = @expires WHERE id = @SessionId AND revoked_at IS NULL",
            new { found.SessionId, expires = now + sessions.Lifetime },
            cancellation) > 0;
        if (!stands) return (InvalidRefreshToken, null);
        await Use(transaction, hash, found.SessionId, now, cancellation);
        var next = await Sessions.NewRefreshToken(transaction, found.SessionId, cancellation);
        return (new TokenPair(tokens.Issue(found.UserId, found.Username, found.SessionId), next), null);
    }

    // Used ones are kept for as long as an unused one would have worked: to know them again.
    private async Task Use(Transaction transaction, string hash, long sessionId, Timestamp now, CancellationToken cancellation)
        => await transaction.Execute(
            """
            UPDATE refresh_tokens SET used_at = @now WHERE token_hash = @hash;
            DELETE FROM refresh_tokens WHERE session_id = @sessionId AND used_at < @forgotten
            """,
            new { hash, sessionId, now, forgotten = now - sessions.Lifetime },
            cancellation);

    private static async Task<SessionsRevoked> End(Transaction transaction, Found found, Timestamp now, CancellationToken cancellation)
    {
        await transaction.Execute(
            "UPDATE sessions SET revoked_at = @now WHERE id = @SessionId AND revoked_at IS NULL",
            new { found.SessionId, now },
            cancellation);
        return new SessionsRevoked(found.UserId, ExceptSessionId: null, OnlySessionId: found.SessionId);
    }

    private sealed class Found
    {
        public long SessionId { get; init; }

        public bool IsUsed { get; init; }

        public long UserId { get; init; }

        public string Username { get; init; } = "";

        public string Status { get; init; } = "";
    }
}
