using Dapper;

namespace Connectify.Server.GroupChats;

/// <summary>Takes whoever is removed from an organization out of its chats.</summary>
internal static class LeaveOrganization
{
    /// <summary>
    /// Ends his membership in the organization's groups: a last admin hands over to the longest-standing
    /// member, an emptied group turns inactive. His conversations stay as they are, for the other; that he is
    /// no member of the organization any more is what closes them to him.
    /// </summary>
    /// <remarks>The row in organization_members must be deleted before, in the same transaction: who adds him
    /// to a chat meanwhile and shares that row's lock then either comes before this, or finds him gone.</remarks>
    /// <returns>The chats he is out of, for after the commit.</returns>
    public static async Task<IReadOnlyList<long>> Run(
        Transaction transaction, long organizationId, long userId, Timestamp now, CancellationToken cancellation)
    {
        var chats = await Lock(transaction, organizationId, userId, cancellation);
        var groups = chats.Where(chat => chat.Kind == "group").Select(chat => chat.Id).ToArray();
        await transaction.Execute(
            """
            UPDATE chat_members SET left_at = @now WHERE user_id = @userId AND left_at IS NULL AND chat_id = ANY(@groups);

            UPDATE chat_members SET role = 'admin'
            WHERE chat_id = ANY(@groups) AND left_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM chat_members a
                    WHERE a.chat_id = chat_members.chat_id AND a.role = 'admin' AND a.left_at IS NULL)
                AND user_id = (SELECT e.user_id FROM chat_members e WHERE e.chat_id = chat_members.chat_id AND e.left_at IS NULL
                    ORDER BY e.joined_at, e.user_id LIMIT 1);

            UPDATE chats SET access_version = access_version + 1,
                is_active = EXISTS (SELECT 1 FROM chat_members m WHERE m.chat_id = chats.id AND m.left_at IS NULL)
            WHERE id = ANY(@groups)
            """,
            new { userId, groups, now },
            cancellation);
        return [.. chats.Select(chat => chat.Id)];
    }

    // In the order of ids, so that two who lock several chats never wait for each other.
    private static Task<List<Chat>> Lock(Transaction transaction, long organizationId, long userId, CancellationToken cancellation)
        => transaction.Several(
            """
            SELECT id FROM chats
            WHERE organization_id = @organizationId AND is_active
                AND id IN (SELECT chat_id FROM chat_members WHERE user_id = @userId AND left_at IS NULL)
            ORDER BY id FOR NO KEY UPDATE;
            SELECT c.id, c.kind FROM chats c JOIN chat_members m ON m.chat_id = c.id
            WHERE c.organization_id = @organizationId AND c.is_active AND m.user_id = @userId AND m.left_at IS NULL
            ORDER BY c.id
            """,
            new { organizationId, userId },
            async read =>
            {
                await read.ReadAsync<long>();
                return (await read.ReadAsync<Chat>()).AsList();
            },
            cancellation);

    private sealed class Chat
    {
        public long Id { get; init; }

        public string Kind { get; init; } = "";
    }
}
