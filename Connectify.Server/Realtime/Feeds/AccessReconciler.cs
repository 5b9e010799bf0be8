using Connectify.Protocol;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>
/// Asks whether the accounts and logins of all connected clients still stand, and which chats users of
/// sockets for all chats have come into: changes by other nodes whose event was lost.
/// </summary>
internal sealed class AccessReconciler(ConnectionStore connections, AccessEventHandler accessEvents, Database database, IBackplane backplane, ILogger<AccessReconciler> log)
    : BackgroundLoop
{
    private static readonly TimeSpan WhileAway = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Otherwise = TimeSpan.FromSeconds(30);

    // A moment is written before its transaction commits, which may take as long as this.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    // By the database's clock; null: nothing had to be known.
    private Timestamp? _joinsKnownUntil;

    protected override async Task Run(CancellationToken stopping)
    {
        using var turn = new ReconcileSchedule(backplane, WhileAway, Otherwise);
        while (true)
        {
            await turn.Wait(stopping);
            try
            {
                await EndWhatIsOver(stopping);
                await FollowNewChats(stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                log.LogWarning("Access reconcile failed, retrying: {ExceptionType}", e.GetType().Name);
            }
        }
    }

    private async Task EndWhatIsOver(CancellationToken cancellation)
    {
        var connected = connections.All.ToList();
        if (connected.Count == 0) return;
        var standing = await database.Query<long>(
            """
            SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id
            WHERE s.id = ANY(@sessions) AND s.revoked_at IS NULL AND u.status <> 'deactivated'
            """,
            new { sessions = connected.Select(client => client.Caller.SessionId).Distinct().ToArray() },
            cancellation);
        var sessions = standing.ToHashSet();
        foreach (var client in connected.Where(client => !sessions.Contains(client.Caller.SessionId)))
        {
            client.Close(CloseCodes.Unauthorized, "unauthorized");
        }
    }

    private async Task FollowNewChats(CancellationToken cancellation)
    {
        var users = connections.All.Where(client => client.IsInbox).Select(client => client.Caller.UserId).Distinct().ToArray();
        if (users.Length == 0)
        {
            _joinsKnownUntil = null;
            return;
        }

        var now = await database.Now(cancellation);
        foreach (var row in await Joined(users, (_joinsKnownUntil ?? now) - Overlap, cancellation))
        {
            accessEvents.Handle(new ChatJoined(row.UserId, ChatRef.Of(row.Kind, row.ChatId), row.Since));
        }

        _joinsKnownUntil = now;
    }

    private Task<List<Row>> Joined(long[] users, Timestamp after, CancellationToken cancellation)
        => database.Query<Row>(
            // What he had read when he came, or has since, is the point after which the chat is his to hear; with an
            // organization that he is back in, its conversations are his again from now on.
            """
            SELECT cm.user_id, c.id AS chat_id, c.kind, CASE WHEN cm.joined_at > @after
                THEN COALESCE((SELECT max(m.created_seq) FROM messages m WHERE m.chat_id = c.id AND m.id <= cm.unread_after), 0)
                ELSE c.last_seq END AS since
            FROM current_chat_members cm JOIN chats c ON c.id = cm.chat_id
            WHERE cm.user_id = ANY(@users) AND (cm.joined_at > @after OR cm.in_organization_since > @after)
            """,
            new { users, after },
            cancellation);

    private sealed record Row
    {
        public long UserId { get; init; }

        public long ChatId { get; init; }

        public string Kind { get; init; } = "";

        public long Since { get; init; }
    }
}
