using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.GroupChats;

/// <summary>The removal of a member from a group, by an admin or by leaving.</summary>
/// <param name="Group">The group.</param>
/// <param name="Member">The removed member.</param>
/// <param name="AccessVersion">The group's access version after this removal.</param>
/// <param name="PromotedAdmin">The longest-standing member, promoted because the last admin left; else null.</param>
internal sealed record MemberRemoval(ChatRef Group, MemberView Member, long AccessVersion, long? PromotedAdmin)
{
    /// <summary>Takes a member out of a group whose row is locked. Without members it turns inactive.</summary>
    public static Task<MemberRemoval> Run(Transaction transaction, ChatRef group, MemberView member, CancellationToken cancellation)
        => transaction.QueryMultiple(
            $"""
            UPDATE chat_members SET left_at = {Dialect.Now} WHERE chat_id = @chatId AND user_id = @userId AND left_at IS NULL;

            UPDATE chat_members SET role = 'admin'
            WHERE chat_id = @chatId
                AND user_id = (
                    SELECT user_id FROM chat_members WHERE chat_id = @chatId AND left_at IS NULL ORDER BY joined_at, user_id LIMIT 1)
                AND NOT EXISTS (SELECT 1 FROM chat_members WHERE chat_id = @chatId AND left_at IS NULL AND role = 'admin')
            RETURNING user_id;

            UPDATE chats SET access_version = access_version + 1, updated_at = greatest(updated_at, {Dialect.Now}),
                is_active = EXISTS (SELECT 1 FROM chat_members WHERE chat_id = @chatId AND left_at IS NULL)
            WHERE id = @chatId
            RETURNING access_version
            """,
            new { chatId = group.Id, userId = member.Id },
            async grid =>
            {
                var heir = await grid.ReadFirstOrDefaultAsync<long?>();
                return new MemberRemoval(group, member, await grid.ReadFirstAsync<long>(), heir);
            },
            cancellation);

    /// <summary>Call after the commit. The removed member's sockets close before the others receive the event.</summary>
    public void Publish(EventPublisher publisher)
    {
        publisher.Publish(new ChatLeft(Member.Id, Group.Id));
        publisher.Publish(GroupEvents.MemberRemoved(Group, Member, AccessVersion));
        if (PromotedAdmin is { } heir) publisher.Publish(GroupEvents.RoleChanged(Group, heir, ChatRoles.Admin));
    }
}
