namespace Connectify.Server.Chats;

/// <summary>The members of a chat. Writers have locked the chat's row, or just created it.</summary>
internal static class ChatMembers
{
    /// <summary>Adds users who are no members. A returning member starts anew: plain role, nothing unread.</summary>
    public static Task Add(
        Transaction transaction, long chatId, long[] userIds, string role, Timestamp now, CancellationToken cancellation)
        => transaction.Execute(
            // "WHERE true" is for SQLite: without it, ON CONFLICT reads as the ON of a join.
            """
            INSERT INTO chat_members (chat_id, user_id, role, joined_at, unread_after)
            SELECT @chatId, t.id, @role, @now, COALESCE((SELECT max(m.id) FROM messages m WHERE m.chat_id = @chatId), 0)
            FROM unnest(@userIds) AS t(id)
            WHERE true
            ON CONFLICT (chat_id, user_id) DO UPDATE
            SET role = excluded.role, joined_at = excluded.joined_at, unread_after = excluded.unread_after, left_at = NULL
            """,
            new { chatId, userIds, role, now },
            cancellation);

    public static Task<List<long>> Ids(Sql sql, long chatId, CancellationToken cancellation)
        => sql.Query<long>(
            "SELECT user_id FROM chat_members WHERE chat_id = @chatId AND left_at IS NULL ORDER BY joined_at, user_id",
            new { chatId },
            cancellation);

    /// <returns>null: no member.</returns>
    public static Task<MembershipView?> Find(Sql sql, long chatId, long userId, CancellationToken cancellation)
        => sql.FirstOrDefault<MembershipView>(
            """
            SELECT cm.chat_id AS group_chat_id, u.id, u.username, u.first_name, u.last_name, u.profile_image, cm.role, cm.joined_at
            FROM chat_members cm JOIN users u ON u.id = cm.user_id
            WHERE cm.chat_id = @chatId AND cm.user_id = @userId AND cm.left_at IS NULL
            """,
            new { chatId, userId },
            cancellation);

    /// <summary>
    /// The first <paramref name="most"/> of each chat, longest-standing first. <c>IsOnline</c> is not set here; see
    /// <c>ChatOverviews</c>.
    /// </summary>
    public static async Task<ILookup<long, MembershipView>> First(Sql sql, long[] chatIds, int most, CancellationToken cancellation)
        => (await sql.Query<MembershipView>(
            """
            SELECT group_chat_id, id, username, first_name, last_name, profile_image, role, joined_at
            FROM (
                SELECT cm.chat_id AS group_chat_id, u.id, u.username, u.first_name, u.last_name, u.profile_image, cm.role, cm.joined_at,
                    row_number() OVER (PARTITION BY cm.chat_id ORDER BY cm.joined_at, cm.user_id) AS place
                FROM chat_members cm JOIN users u ON u.id = cm.user_id
                WHERE cm.chat_id = ANY(@chatIds) AND cm.left_at IS NULL) AS ranked
            WHERE place <= @most
            ORDER BY group_chat_id, place
            """,
            new { chatIds, most },
            cancellation)).ToLookup(member => member.GroupChatId);
}
