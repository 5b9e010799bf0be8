using Connectify.Server.Authentication;

namespace Connectify.Server.Accounts;

/// <summary>A login of the caller's that has neither ended nor expired.</summary>
internal sealed record SessionView
{
    // A user with more has forgotten the others.
    private const int MaxListed = 100;

    public long Id { get; init; }

    public Timestamp CreatedAt { get; init; }

    /// <summary>When its refresh token was last exchanged; before that, when it began.</summary>
    public Timestamp LastUsedAt { get; init; }

    public Timestamp ExpiresAt { get; init; }

    /// <summary>What the client said it was when it logged in; null: nothing.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The address that it logged in from; null: an earlier version, which kept none.</summary>
    public string? Ip { get; init; }

    /// <summary>Whether the token that asks is of this login.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>The current one first, then the last used; at most 100.</summary>
    public static Task<List<SessionView>> Of(Sql sql, Caller me, CancellationToken cancellation)
        => sql.Query<SessionView>(
            """
            SELECT id, created_at, coalesce(last_used_at, created_at) AS last_used_at, expires_at, user_agent, ip,
                id = @SessionId AS is_current
            FROM sessions WHERE user_id = @UserId AND revoked_at IS NULL AND expires_at > @now
            ORDER BY id = @SessionId DESC, coalesce(last_used_at, created_at) DESC, id DESC LIMIT @MaxListed
            """,
            new { me.UserId, me.SessionId, now = Timestamp.Now, MaxListed },
            cancellation);
}
