namespace Connectify.Server.Messages;

/// <summary>How many messages of others one member has yet to read.</summary>
/// <param name="Unread">The count.</param>
/// <param name="Seq">The chat's count of changes when it was counted.</param>
internal sealed record UnreadCount(long Unread, long Seq);

/// <summary>How many messages of others somebody has yet to read.</summary>
internal static class UnreadCounts
{
    /// <summary>One user's counts in the chats he is in, by chat.</summary>
    public static async Task<Dictionary<long, long>> Of(Sql sql, long userId, long[] chatIds, CancellationToken cancellation)
        => (await sql.Query<Row>(
            $"{Counts} WHERE cm.user_id = @userId AND cm.chat_id = ANY(@chatIds) AND cm.left_at IS NULL",
            new { userId, chatIds },
            cancellation)).ToDictionary(row => row.ChatId, row => row.Unread);

    /// <summary>The counts of several members of one chat, by user, and the chat's count of changes that they hold for.</summary>
    public static async Task<Dictionary<long, UnreadCount>> In(Sql sql, long chatId, long[] userIds, CancellationToken cancellation)
        => (await sql.Query<Row>(
            $"{Counts} WHERE cm.chat_id = @chatId AND cm.user_id = ANY(@userIds) AND cm.left_at IS NULL",
            new { chatId, userIds },
            cancellation)).ToDictionary(row => row.UserId, row => new UnreadCount(row.Unread, row.LastSeq));

    // Everything up to unread_after is done with. Past it lie runs that have been read, and what is between them is
    // counted gap by gap: the cost is that of the unread messages, however many were read.
    private const string Counts = """
        SELECT cm.chat_id, cm.user_id, (
            SELECT CAST(sum((
                SELECT count(*) FROM messages m
                WHERE m.chat_id = cm.chat_id AND m.id > gaps.after AND m.id < gaps.before AND m.deleted_at IS NULL AND m.sender_id <> cm.user_id)) AS bigint)
            FROM (
                SELECT last_id AS after, COALESCE(lead(first_id) OVER (ORDER BY first_id), 9223372036854775807) AS before
                FROM (
                    SELECT 0 AS first_id, cm.unread_after AS last_id
                    UNION ALL
                    SELECT r.first_id, r.last_id FROM message_reads r
                    WHERE r.chat_id = cm.chat_id AND r.user_id = cm.user_id AND r.last_id > cm.unread_after) AS runs) AS gaps) AS unread,
            (SELECT c.last_seq FROM chats c WHERE c.id = cm.chat_id) AS last_seq
        FROM chat_members cm
        """;

    private sealed record Row
    {
        public long ChatId { get; init; }

        public long UserId { get; init; }

        public long Unread { get; init; }

        public long LastSeq { get; init; }
    }
}
