using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.GroupChats;

/// <summary>Removes a member from a group. Admins may remove anyone; other members only themselves.</summary>
internal sealed class RemoveMember(Database database, GroupChatQueries groups, EventPublisher publisher)
{
    public async Task<Outcome<GroupChatView>> Run(long me, long id, long memberId, CancellationToken cancellation)
    {
        var outcome = await database.WriteOrReject(transaction => Remove(transaction, me, id, memberId, cancellation), cancellation);
        if (outcome.IsRejected(out var rejection, out var removed)) return rejection;
        removed.Removal.Publish(publisher);
        return removed.Group;
    }

    private async Task<Outcome<Removed>> Remove(Transaction transaction, long me, long id, long memberId, CancellationToken cancellation)
    {
        var group = new ChatRef(ChatKind.Group, id);
        if ((await ChatAccess.Lock(transaction, me, group, cancellation)).IsRejected(out var rejection, out var access)) return rejection;
        if (memberId != me && !access.IsAdmin) return GroupRejections.OnlyAdminsRemove;
        if (await ChatMembers.Find(transaction, id, memberId, cancellation) is not { } member) return GroupRejections.NoMember;
        var removal = await MemberRemoval.Run(transaction, group, member, cancellation);

        // Read before the commit: the caller who leaves sees the group without later changes.
        return new Removed(removal, await groups.WithAllMembers(transaction, me, id, cancellation));
    }

    private sealed record Removed(MemberRemoval Removal, GroupChatView Group);
}
