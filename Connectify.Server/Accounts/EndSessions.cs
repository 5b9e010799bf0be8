using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Accounts;

/// <summary>A user ends logins of their own: tokens are worth nothing any more, and sockets close with 4003.</summary>
internal sealed class EndSessions(Database database, EventPublisher publisher, SecurityLog security)
{
    private static readonly Rejection NotFound = Rejection.NotFound("session_not_found", "Session not found");

    /// <returns>null: it has ended, now or before.</returns>
    public async Task<Rejection?> One(Caller me, long sessionId, RemoteClient client, CancellationToken cancellation)
    {
        var ended = await database.Execute(
            "UPDATE sessions SET revoked_at = coalesce(revoked_at, @now) WHERE id = @sessionId AND user_id = @UserId",
            new { sessionId, me.UserId, now = Timestamp.Now },
            cancellation);
        if (ended == 0) return NotFound;

        // Also where it had ended: the first answer may have been lost after the commit, and the event with it.
        security.Record(SecurityEvents.SessionsEnded, me.UserId, me.UserId, client.Address, $"session {sessionId}");
        publisher.Publish(new SessionsRevoked(me.UserId, ExceptSessionId: null, OnlySessionId: sessionId));
        return null;
    }

    /// <summary>All but the one that the caller's token belongs to.</summary>
    public async Task Others(Caller me, RemoteClient client, CancellationToken cancellation)
    {
        await database.Execute(
            "UPDATE sessions SET revoked_at = @now WHERE user_id = @UserId AND id <> @SessionId AND revoked_at IS NULL",
            new { me.UserId, me.SessionId, now = Timestamp.Now },
            cancellation);
        security.Record(SecurityEvents.SessionsEnded, me.UserId, me.UserId, client.Address, $"all but session {me.SessionId}");
        publisher.Publish(new SessionsRevoked(me.UserId, ExceptSessionId: me.SessionId, OnlySessionId: null));
    }
}
