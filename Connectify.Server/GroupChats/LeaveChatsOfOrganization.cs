using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.GroupChats;

/// <summary>
/// Takes a user who left an organization out of its chats. The user leaves each group as if by their own request.
/// Conversations stay for the other participant; the missing organization membership closes them to the user.
/// </summary>
internal sealed record LeaveChatsOfOrganization(long UserId, IReadOnlyList<MemberRemoval> Groups, long[] Conversations)
{
    /// <remarks>
    /// The caller deletes the row in organization_members first, in the same transaction. A request that adds the user to a
    /// chat locks that row (<see cref="OrganizationMembership"/>): it either commits before this, or finds no member.
    /// </remarks>
    public static async Task<LeaveChatsOfOrganization> Run(
        Transaction transaction, long organizationId, long userId, CancellationToken cancellation)
    {
        var chats = await Lock(transaction, organizationId, userId, cancellation);
        var groups = new List<MemberRemoval>();
        foreach (var chat in chats.Where(chat => chat.Kind == ChatKind.Group))
        {
            var member = await ChatMembers.Find(transaction, chat.Id, userId, cancellation);
            groups.Add(await MemberRemoval.Run(transaction, chat, member!, cancellation));
        }

        long[] conversations = [.. chats.Where(chat => chat.Kind == ChatKind.Conversation).Select(chat => chat.Id)];
        await transaction.Execute(
            "UPDATE chats SET access_version = access_version + 1 WHERE id = ANY(@conversations)", new { conversations }, cancellation);
        return new LeaveChatsOfOrganization(userId, groups, conversations);
    }

    /// <summary>After the commit.</summary>
    public void Publish(EventPublisher publisher)
    {
        foreach (var removal in Groups) removal.Publish(publisher);
        foreach (var conversation in Conversations) publisher.Publish(new ChatLeft(UserId, conversation));
    }

    // Ordered by id: two transactions that lock several chats can't deadlock.
    private static async Task<List<ChatRef>> Lock(
        Transaction transaction, long organizationId, long userId, CancellationToken cancellation)
        => await transaction.QueryMultiple(
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
            async grid =>
            {
                await grid.ReadAsync<long>();
                return (await grid.ReadAsync<Row>()).Select(row => ChatRef.Of(row.Kind, row.Id)).ToList();
            },
            cancellation);

    private sealed record Row
    {
        public long Id { get; init; }

        public string Kind { get; init; } = "";
    }
}
