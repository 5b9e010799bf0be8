using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Accounts;

/// <summary>A fresh pair of tokens.</summary>
internal sealed record TokenPair(string Token, string RefreshToken);

/// <summary>
/// Exchanges a refresh token for a new pair. Each works once. One that comes back is in two hands, and nobody can tell
/// whose are right, so its whole session ends. The exception is a retry: the answer may have been lost on its way, so for
/// 30 s a token may be exchanged again, while the token that it was exchanged for is unused. That one then works no more.
/// </summary>
internal sealed class RefreshSession(
    Database database, Sessions sessions, AccessTokens tokens, EventPublisher publisher, SecurityLog security)
{
    private static readonly TimeSpan RetryWindow = TimeSpan.FromSeconds(30);

    private static readonly Rejection InvalidRefreshToken
        = new(StatusCodes.Status401Unauthorized, "invalid_refresh_token", "Invalid refresh token");

    public async Task<Outcome<TokenPair>> Run(string refreshToken, RemoteClient client, CancellationToken cancellation)
    {
        var hash = Sessions.Hash(refreshToken);
        var (outcome, ended) = await database.Write(transaction => Exchange(transaction, hash, cancellation), cancellation);
        if (ended is not null)
        {
            security.Record(SecurityEvents.RefreshTokenReused, null, ended.UserId, client.Address, $"session {ended.OnlySessionId}");
            publisher.Publish(ended);
        }

        return outcome;
    }

    private async Task<(Outcome<TokenPair> Outcome, SessionsRevoked? Ended)> Exchange(
        Transaction transaction, string hash, CancellationToken cancellation)
    {
        var now = Timestamp.Now;
        var found = await Find(transaction, hash, now, cancellation);
        if (found is null) return (InvalidRefreshToken, null);
        if (found.Status == Statuses.Deactivated) return (Login.Deactivated, null);
        if (!found.IsOpen) return (InvalidRefreshToken, null);
        if (found.IsUsed && !found.IsRetry) return (InvalidRefreshToken, await End(transaction, found, now, cancellation));

        // The first use stays: a retry doesn't lengthen the time for others. Used tokens are kept for as long as an unused
        // one would work, to know them again.
        await transaction.Execute(
            """
            UPDATE sessions SET expires_at = @expires, last_used_at = @now WHERE id = @SessionId;
            UPDATE refresh_tokens SET used_at = @now WHERE token_hash = @hash AND used_at IS NULL;
            DELETE FROM refresh_tokens WHERE session_id = @SessionId AND (used_at < @forgotten OR (predecessor_hash = @hash AND used_at IS NULL))
            """,
            new { found.SessionId, hash, now, expires = now + sessions.Lifetime, forgotten = now - sessions.Lifetime },
            cancellation);
        var next = await Sessions.NewRefreshToken(transaction, found.SessionId, hash, cancellation);
        return (new TokenPair(tokens.Issue(found.UserId, found.Username, found.SessionId), next), null);
    }

    // Two statements. The first locks the session, so its exchanges come one after another; the second sees what was
    // committed while the first waited.
    private static Task<Found?> Find(Transaction transaction, string hash, Timestamp now, CancellationToken cancellation)
        => transaction.QueryMultiple(
            """
            SELECT id FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE token_hash = @hash) FOR UPDATE;
            SELECT r.session_id, s.user_id, u.username, u.status,
                s.revoked_at IS NULL AND s.expires_at > @now AS is_open,
                r.used_at IS NOT NULL AS is_used,
                coalesce(r.used_at, 0) > @retriable AND EXISTS (SELECT 1 FROM refresh_tokens n
                    WHERE n.session_id = r.session_id AND n.predecessor_hash = r.token_hash AND n.used_at IS NULL) AS is_retry
            FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id JOIN users u ON u.id = s.user_id
            WHERE r.token_hash = @hash
            """,
            new { hash, now, retriable = now - RetryWindow },
            async read =>
            {
                await read.ReadAsync<long>();
                return await read.ReadFirstOrDefaultAsync<Found>();
            },
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

        public long UserId { get; init; }

        public string Username { get; init; } = "";

        public string Status { get; init; } = "";

        /// <summary>The session has neither ended nor expired.</summary>
        public bool IsOpen { get; init; }

        public bool IsUsed { get; init; }

        /// <summary>Used a moment ago, for a token that nobody has used.</summary>
        public bool IsRetry { get; init; }
    }
}
