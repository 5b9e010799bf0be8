using System.Collections.Concurrent;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Authentication;

/// <summary>How account and session of a token stand now.</summary>
internal sealed class SessionState
{
    public long UserId { get; init; }

    public long SessionId { get; init; }

    public string Username { get; init; } = "";

    public bool IsActive { get; init; }

    public bool IsSuperuser { get; init; }
}

/// <summary>
/// Tells whether the account and the session behind a token still stand. Asked on every request, so
/// answers are kept: for three seconds, and only until an event about the user.
/// </summary>
internal sealed class SessionStateCache
{
    private const int MaxKept = 10_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<long, Kept> _kept = new();
    private readonly BatchingLoader<(long UserId, long SessionId), SessionState> _read;
    private int _changes;

    public SessionStateCache(Database database, EventPublisher publisher)
    {
        _read = new(async asked => (await database.Query<SessionState>(
            """
            SELECT s.id AS session_id, u.id AS user_id, u.username, u.status = 'active' AS is_active, u.is_superuser
            FROM sessions s JOIN users u ON u.id = s.user_id
            WHERE s.id = ANY(@sessionIds) AND s.revoked_at IS NULL AND u.status <> 'deactivated'
            """,
            new { sessionIds = asked.Select(question => question.SessionId).ToArray() },
            CancellationToken.None)).ToDictionary(state => (state.UserId, state.SessionId)));
        publisher.AccessEventPublished += Forget;
    }

    /// <returns>null: unknown, deactivated, or the session is revoked.</returns>
    public async Task<SessionState?> Of(long userId, long sessionId, CancellationToken cancellation)
    {
        var now = Environment.TickCount64;
        if (_kept.TryGetValue(sessionId, out var kept) && kept.UserId == userId && kept.Until > now) return kept.State;

        var changes = Volatile.Read(ref _changes);
        var state = await _read.LoadAsync((userId, sessionId)).WaitAsync(cancellation);

        if (state is null) return null;
        Keep(sessionId, new Kept(userId, now + (long)Freshness.TotalMilliseconds, state));

        // What was read before an event may be what the event changed. Looked at after keeping, so that no event slips between.
        if (changes != Volatile.Read(ref _changes)) _kept.TryRemove(sessionId, out _);
        return state;
    }

    private void Keep(long sessionId, Kept kept)
    {
        if (_kept.Count >= MaxKept)
        {
            foreach (var old in _kept.Where(old => old.Value.Until <= Environment.TickCount64)) _kept.TryRemove(old);
            if (_kept.Count >= MaxKept) return;
        }

        _kept[sessionId] = kept;
    }

    private void Forget(AccessEvent happened)
    {
        if (happened is not (AccountChanged or AccountDeactivated or SessionsRevoked)) return;
        Interlocked.Increment(ref _changes);
        foreach (var kept in _kept.Where(kept => kept.Value.UserId == happened.UserId)) _kept.TryRemove(kept);
    }

    private sealed record Kept(long UserId, long Until, SessionState State);
}
