namespace Connectify.Server.Messages.Reads;

/// <summary>How many messages of others one member has yet to read.</summary>
/// <param name="Unread">The count.</param>
/// <param name="Seq">The chat's count of changes when it was counted.</param>
internal sealed record UnreadCount(long Unread, long Seq);

/// <summary>Unread counts: messages of others that a member has not read.</summary>
internal sealed class UnreadCounts(Database database, MessageCountBlocks countBlocks)
{
    // Everything up to unread_after is done with. Past it lie runs that have been read, and what is between them is
    // counted gap by gap: the cost is that of the unread messages, however many were read. Of those, blocks that lie in
    // the gap as a whole have been counted before; one by one go only those before the first and after the last of them.
    // The LIMIT, which is none, keeps PostgreSQL from looking up a gap's blocks again wherever they are mentioned.
    private const string Counts = """
        SELECT cm.chat_id, cm.user_id, c.last_seq, c.message_count - c.tallied_count AS untallied, (
            SELECT CAST(sum(
                (SELECT count(*) FROM messages m
                    WHERE m.chat_id = cm.chat_id AND m.id > gaps.after AND m.id < COALESCE(gaps.first_id, gaps.before)
                        AND m.deleted_at IS NULL AND m.sender_id <> cm.user_id)
                + CASE WHEN gaps.first_id IS NULL THEN 0 ELSE
                    (SELECT sum(t.live) FROM message_tallies t
                        WHERE t.chat_id = cm.chat_id AND t.sender_id = 0 AND t.first_id >= gaps.first_id AND t.first_id <= gaps.last_id)
                    - COALESCE((SELECT sum(t.live) FROM message_tallies t
                        WHERE t.chat_id = cm.chat_id AND t.sender_id = cm.user_id AND t.first_id >= gaps.first_id AND t.first_id <= gaps.last_id), 0)
                    + (SELECT count(*) FROM messages m
                        WHERE m.chat_id = cm.chat_id AND m.id > gaps.last_id AND m.id < gaps.before
                            AND m.deleted_at IS NULL AND m.sender_id <> cm.user_id)
                END) AS bigint)
            FROM (
                SELECT after, before,
                    (SELECT t.first_id FROM message_tallies t
                        WHERE t.chat_id = cm.chat_id AND t.sender_id = 0 AND t.first_id > after AND t.first_id < before AND t.last_id < before
                        ORDER BY t.first_id LIMIT 1) AS first_id,
                    (SELECT t.last_id FROM message_tallies t
                        WHERE t.chat_id = cm.chat_id AND t.sender_id = 0 AND t.first_id > after AND t.first_id < before AND t.last_id < before
                        ORDER BY t.first_id DESC LIMIT 1) AS last_id
                FROM (
                    SELECT last_id AS after, COALESCE(lead(first_id) OVER (ORDER BY first_id), 9223372036854775807) AS before
                    FROM (
                        SELECT 0 AS first_id, cm.unread_after AS last_id
                        UNION ALL
                        SELECT r.first_id, r.last_id FROM message_reads r
                        WHERE r.chat_id = cm.chat_id AND r.user_id = cm.user_id AND r.last_id > cm.unread_after) AS runs) AS between_runs
                LIMIT 9223372036854775807) AS gaps) AS unread
        FROM chat_members cm JOIN chats c ON c.id = cm.chat_id
        """;

    /// <summary>One user's counts by chat, each with the chat's seq for which it holds.</summary>
    public Task<Dictionary<long, UnreadCount>> Of(long userId, long[] chatIds, CancellationToken cancellation)
        => Of(database, userId, chatIds, cancellation);

    /// <inheritdoc cref="Of(long, long[], CancellationToken)" />
    public async Task<Dictionary<long, UnreadCount>> Of(Sql sql, long userId, long[] chatIds, CancellationToken cancellation)
        => (await Read(
            sql,
            "WHERE cm.user_id = @userId AND cm.chat_id = ANY(@chatIds) AND cm.left_at IS NULL",
            new { userId, chatIds },
            cancellation)).ToDictionary(row => row.ChatId, row => new UnreadCount(row.Unread, row.LastSeq));

    /// <summary>The counts of several members of one chat, by user, and the chat's count of changes that they hold for.</summary>
    public async Task<Dictionary<long, UnreadCount>> In(long chatId, long[] userIds, CancellationToken cancellation)
        => (await Read(
            database,
            "WHERE cm.chat_id = @chatId AND cm.user_id = ANY(@userIds) AND cm.left_at IS NULL",
            new { chatId, userIds },
            cancellation)).ToDictionary(row => row.UserId, row => new UnreadCount(row.Unread, row.LastSeq));

    private async Task<List<Row>> Read(Sql sql, string where, object arguments, CancellationToken cancellation)
    {
        var rows = await sql.Query<Row>($"{Counts} {where}", arguments, cancellation);
        foreach (var row in rows) countBlocks.Enqueue(row.ChatId, row.Untallied);
        return rows;
    }

    private sealed record Row
    {
        public long ChatId { get; init; }

        public long UserId { get; init; }

        public long LastSeq { get; init; }

        public long Untallied { get; init; }

        public long Unread { get; init; }
    }
}
