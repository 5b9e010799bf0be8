using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Messages.History;

/// <summary>What changed in a chat after a point, as events in the order of seq: the state now, not the history.</summary>
/// <param name="Seq">The chat's count of changes at the moment of reading.</param>
/// <param name="AccessVersion">Its count of removals then.</param>
/// <param name="Changes">All of them, or none.</param>
/// <param name="HasMore">Whether there are more than were asked for: none is read then.</param>
internal sealed record Backlog(long Seq, long AccessVersion, IReadOnlyList<ChatEvent> Changes, bool HasMore);

/// <summary>Reads what a feed or a client has missed from the database.</summary>
internal sealed class ChatHistory(Database database, MessageQueries messages, MessagingSettings settings)
{
    /// <summary>The most changes replayed to one client.</summary>
    public int ResumeLimit => settings.ResumeLimit;

    /// <summary>Whether all that changed after <paramref name="since"/> is replayed: at most <see cref="ResumeLimit"/> messages.</summary>
    public async Task<bool> IsWithinResumeLimit(ChatRef chat, long since, long lastSeq, CancellationToken cancellation)
        => lastSeq - since <= ResumeLimit || await database.FirstOrDefault<long>(
            "SELECT count(*) FROM (SELECT 1 AS one FROM messages WHERE chat_id = @chatId AND seq > @since LIMIT @limit) AS m",
            new { chatId = chat.Id, since, limit = (long)ResumeLimit + 1 },
            cancellation) <= ResumeLimit;

    /// <summary>The changes after <paramref name="since"/> if they are at most <paramref name="limit"/>, all of one moment.</summary>
    /// <returns>null: there is no such chat.</returns>
    public Task<Backlog?> ReadBacklog(ChatRef chat, long since, int limit, CancellationToken cancellation)
        => database.Snapshot(
            async snapshot =>
            {
                // Limited inside: over the join PostgreSQL would read and sort all that was missed, however little is asked for.
                var rows = await snapshot.Query<Row>(
                    """
                    SELECT c.last_seq, c.access_version, m.id, m.seq, m.created_seq, (m.deleted_at IS NOT NULL) AS is_deleted
                    FROM chats c LEFT JOIN (
                        SELECT id, seq, created_seq, deleted_at FROM messages WHERE chat_id = @chatId AND seq > @since ORDER BY seq LIMIT @limit) AS m ON true
                    WHERE c.id = @chatId ORDER BY m.seq
                    """,
                    new { chatId = chat.Id, since, limit = (long)limit + 1 },
                    cancellation);
                if (rows.Count == 0) return null;
                var now = new Backlog(rows[0].LastSeq, rows[0].AccessVersion, [], HasMore: rows.Count > limit);
                if (now.HasMore) return now;
                var changed = rows.Where(row => row.Id is not null).ToList();
                var live = await messages.ByIds(snapshot, [.. changed.Where(row => !row.IsDeleted).Select(row => row.Id!.Value)], cancellation);
                return now with { Changes = Events(chat, changed, live.ToDictionary(message => message.Id), since) };
            },
            cancellation);

    private static List<ChatEvent> Events(ChatRef chat, List<Row> changed, Dictionary<long, MessageView> live, long since)
    {
        var events = new List<ChatEvent>(changed.Count);
        var covered = since;
        foreach (var row in changed)
        {
            var happened = row.IsDeleted ? MessageEvents.Deleted(chat, row.Seq!.Value, row.AccessVersion, row.Id!.Value)
                : row.CreatedSeq > since ? MessageEvents.Sent(live[row.Id!.Value], row.AccessVersion) with { CreatedSeq = row.CreatedSeq!.Value }
                : MessageEvents.Updated(live[row.Id!.Value], row.AccessVersion);

            // Numbers in between belong to changes that later ones of the same message took the place of.
            events.Add(happened with { After = covered });
            covered = happened.Seq;
        }

        return events;
    }

    private sealed record Row
    {
        public long LastSeq { get; init; }

        public long AccessVersion { get; init; }

        public long? Id { get; init; }

        public long? Seq { get; init; }

        public long? CreatedSeq { get; init; }

        public bool IsDeleted { get; init; }
    }
}
