using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.GroupChats;

/// <summary>
/// Whoever is removed from an organization is out of its chats: a member no more of its groups, each left as if by
/// himself. His conversations stay as they are, for the other; that he is no member of the organization any more is
/// what closes them to him.
/// </summary>
internal sealed record LeaveChatsOfOrganization(long UserId, IReadOnlyList<MemberRemoval> Groups, long[] Conversations)
{
    /// <remarks>
    /// His row in organization_members must be deleted before, in the same transaction: who brings him into a chat
    /// meanwhile holds that row (<see cref="OrganizationMembership"/>), and so either comes before this, or finds him gone.
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

    // In the order of ids, so that two who lock several chats never wait for each other.
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
