using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.GroupChats;

/// <summary>Makes a member an admin, or an admin a plain member. A group is never left without an admin.</summary>
internal sealed class ChangeRole(Database database, Presence presence, EventPublisher publisher)
{
    public async Task<Outcome<MembershipView>> Run(long me, long id, long memberId, string role, CancellationToken cancellation)
    {
        var group = new ChatRef(ChatKind.Group, id);
        var outcome = await database.WriteOrReject(transaction => Change(transaction, me, group, memberId, role, cancellation), cancellation);
        if (outcome.IsRejected(out var rejection, out var member)) return rejection;
        if (member.Role != role) publisher.Publish(GroupEvents.RoleChanged(group, memberId, role));
        return member with { Role = role, IsOnline = presence.IsOnline(memberId) };
    }

    /// <returns>The member before the change.</returns>
    private static async Task<Outcome<MembershipView>> Change(
        Transaction transaction, long me, ChatRef group, long memberId, string role, CancellationToken cancellation)
    {
        var found = await ChatAccess.Lock(transaction, me, group, cancellation);
        if (found.IsRejected(out var rejection, out var access)) return rejection;
        if (!access.IsAdmin) return GroupRejections.OnlyAdminsChangeRoles;
        if (await ChatMembers.Find(transaction, group.Id, memberId, cancellation) is not { } member) return GroupRejections.NoMember;
        if (member.Role == role) return member;

        // The caller is an admin, so only the caller can be the last one.
        if (memberId == me && !await HasOtherAdmin(transaction, me, group.Id, cancellation)) return GroupRejections.LastAdmin;
        await Store(transaction, group.Id, memberId, role, cancellation);
        return member;
    }

    private static Task<bool> HasOtherAdmin(Transaction transaction, long me, long id, CancellationToken cancellation)
        => transaction.Exists(
            "SELECT 1 FROM chat_members WHERE chat_id = @id AND user_id <> @me AND role = 'admin' AND left_at IS NULL",
            new { me, id },
            cancellation);

    private static Task Store(Transaction transaction, long id, long memberId, string role, CancellationToken cancellation)
        => transaction.Execute(
            $"""
            UPDATE chat_members SET role = @role WHERE chat_id = @id AND user_id = @memberId;
            UPDATE chats SET updated_at = greatest(updated_at, {Dialect.Now}) WHERE id = @id
            """,
            new { id, memberId, role },
            cancellation);
}
