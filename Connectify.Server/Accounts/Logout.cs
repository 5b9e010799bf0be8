using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Accounts;

/// <summary>Ends the session of a refresh token, used or not; ending what has ended is fine.</summary>
internal sealed class Logout(Database database, EventPublisher publisher, SecurityLog security)
{
    public async Task Run(string refreshToken, RemoteClient client, CancellationToken cancellation)
    {
        var ended = await database.Write(
            transaction => transaction.FirstOrDefault<Ended>(
                """
                UPDATE sessions SET revoked_at = COALESCE(revoked_at, @now)
                WHERE id = (SELECT session_id FROM refresh_tokens WHERE token_hash = @hash)
                RETURNING id, user_id
                """,
                new { hash = Sessions.Hash(refreshToken), now = Timestamp.Now },
                cancellation),
            cancellation);

        // Also where it had ended: whoever asks again may have been told of an outage after the commit, and nobody else of it.
        if (ended is null) return;
        security.Record(SecurityEvents.LoggedOut, ended.UserId, ended.UserId, client.Address);
        publisher.Publish(new SessionsRevoked(ended.UserId, ExceptSessionId: null, OnlySessionId: ended.Id));
    }

    private sealed class Ended
    {
        public long Id { get; init; }

        public long UserId { get; init; }
    }
}
