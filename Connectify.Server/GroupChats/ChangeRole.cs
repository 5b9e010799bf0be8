using Connectify.Server.Chats;
using Connectify.Server.Realtime;

namespace Connectify.Server.GroupChats;

/// <summary>Makes a member an admin, or an admin a plain member. A group is never left without an admin.</summary>
internal sealed class ChangeRole(Database database, Presence presence, Notifier notifier)
{
    public async Task<Outcome<MembershipView>> Run(long me, long id, long memberId, string role, CancellationToken cancellation)
    {
        var hasChanged = false;
        var outcome = await database.Try<MembershipView>(
            async transaction =>
            {
                var group = new ChatRef(ChatKind.Group, id);
                if ((await ChatAccess.Lock(transaction, me, group, cancellation)).IsRejected(out var rejection, out var access)) return rejection;
                if (!access.IsAdmin) return GroupRejections.OnlyAdminsChangeRoles;
                if (await ChatMembers.Find(transaction, id, memberId, cancellation) is not { } member) return GroupRejections.NoMember;
                if (member.Role == role) return member;

                // The caller is an admin, so only he can be the last one.
                if (memberId == me && !await HasOtherAdmin(transaction, me, id, cancellation)) return GroupRejections.LastAdmin;
                await Change(transaction, id, memberId, role, cancellation);
                hasChanged = true;
                return member with { Role = role };
            },
            cancellation);
        if (outcome.IsRejected(out var why, out var changed)) return why;
        if (hasChanged) notifier.Tell(GroupEvents.RoleChanged(new ChatRef(ChatKind.Group, id), memberId, role));
        return changed with { IsOnline = presence.IsOnline(memberId) };
    }

    private static Task<bool> HasOtherAdmin(Transaction transaction, long me, long id, CancellationToken cancellation)
        => transaction.Exists(
            "SELECT 1 FROM chat_members WHERE chat_id = @id AND user_id <> @me AND role = 'admin' AND left_at IS NULL",
            new { me, id },
            cancellation);

    private static Task Change(Transaction transaction, long id, long memberId, string role, CancellationToken cancellation)
        => transaction.Execute(
            """
            UPDATE chat_members SET role = @role WHERE chat_id = @id AND user_id = @memberId;
            UPDATE chats SET updated_at = @now WHERE id = @id
            """,
            new { id, memberId, role, now = Timestamp.Now },
            cancellation);
}
