using Connectify.Server.Chats;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.GroupChats;

/// <summary>Adds users to a group. They start with nothing unread. Present members stay unchanged.</summary>
internal sealed class AddMembers(Database database, GroupChatQueries groups, MessagingSettings settings, EventPublisher publisher)
{
    public async Task<Outcome<GroupChatView>> Run(long me, long id, long[] memberIds, CancellationToken cancellation)
    {
        if (memberIds.Length > settings.MaxGroupMembers) return GroupRejections.TooManyMembers(settings);
        var outcome = await database.WriteOrReject(transaction => Add(transaction, me, id, memberIds, cancellation), cancellation);
        if (outcome.IsRejected(out var rejection, out var added)) return rejection;
        Publish(added);
        return added.Group;
    }

    private async Task<Outcome<Added>> Add(Transaction transaction, long me, long id, long[] memberIds, CancellationToken cancellation)
    {
        var group = new ChatRef(ChatKind.Group, id);
        var found = Admin(await ChatAccess.Find(transaction, me, group, cancellation));
        if (found.IsRejected(out var rejection, out var access)) return rejection;

        // Read, then locked, in the global lock order. Facts may change between the two, so they are checked again.
        var belonging = await OrganizationMembership.LockShared(transaction, access.OrganizationId, memberIds, cancellation);
        var locked = Admin(await ChatAccess.Lock(transaction, me, group, cancellation));
        if (locked.IsRejected(out rejection, out access)) return rejection;

        var members = await ChatMembers.Ids(transaction, id, cancellation);
        var newcomers = memberIds.Except(members).ToArray();
        var why = await GroupRules.WhyNotInvite(transaction, me, access.OrganizationId, newcomers, belonging, cancellation);
        if (why is not null) return why;
        if (members.Count + newcomers.Length > settings.MaxGroupMembers) return GroupRejections.TooManyMembers(settings);

        if (newcomers.Length > 0) await Add(transaction, id, newcomers, cancellation);
        return new Added(await groups.WithAllMembers(transaction, me, id, cancellation), newcomers, access.LastSeq);
    }

    private static Outcome<ChatAccess> Admin(Outcome<ChatAccess> outcome)
        => outcome is { Rejection: null, Value.IsAdmin: false } ? GroupRejections.OnlyAdminsAdd : outcome;

    private static async Task Add(Transaction transaction, long id, long[] newcomers, CancellationToken cancellation)
    {
        var now = await transaction.Now(cancellation);
        await ChatMembers.Add(transaction, id, newcomers, ChatRoles.Member, now, cancellation);
        await transaction.Execute("UPDATE chats SET updated_at = greatest(updated_at, @now) WHERE id = @id", new { id, now }, cancellation);
    }

    private void Publish(Added added)
    {
        var group = new ChatRef(ChatKind.Group, added.Group.Id);
        var newcomers = added.Newcomers.ToHashSet();
        foreach (var id in newcomers) publisher.Publish(new ChatJoined(id, group, added.Since));
        foreach (var member in added.Group.Members.Where(member => newcomers.Contains(member.Id)))
        {
            publisher.Publish(GroupEvents.MemberAdded(group, member));
        }
    }

    private sealed record Added(GroupChatView Group, long[] Newcomers, long Since);
}
