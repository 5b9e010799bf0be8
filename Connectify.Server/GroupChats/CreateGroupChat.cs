using Connectify.Server.Attachments.Uploads;
using Connectify.Server.Chats;
using Connectify.Server.Hosting;
using Connectify.Server.Messages;
using Connectify.Server.Messages.Sending;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.GroupChats;

/// <summary>Creates a group. The creator becomes its admin.</summary>
internal sealed class CreateGroupChat(Database database, GroupChatQueries groups, MessagingSettings settings, EventPublisher publisher)
{
    public async Task<Outcome<GroupChatView>> Run(long me, Upload upload, CancellationToken cancellation)
    {
        if (GroupChatDraft.From(upload, me, settings).IsRejected(out var rejection, out var draft)) return rejection;
        await upload.Store(cancellation);
        var outcome = await database.WriteOrReject<GroupChatView>(
            async transaction =>
            {
                if (await WhyNot(transaction, me, draft, cancellation) is { } why) return why;
                var created = await Create(transaction, me, draft, cancellation);
                upload.Keep();
                return created;
            },
            cancellation);
        if (outcome.Rejection is null) Publish(outcome.Value);
        return outcome;
    }

    private static async Task<Rejection?> WhyNot(Transaction transaction, long me, GroupChatDraft draft, CancellationToken cancellation)
    {
        var belonging = await OrganizationMembership.LockShared(transaction, draft.OrganizationId, [me, .. draft.MemberIds], cancellation);
        return belonging.Contains(me)
            ? await GroupRules.WhyNotInvite(transaction, me, draft.OrganizationId, draft.MemberIds, belonging, cancellation)
            : OrganizationMembership.CallerIsOutside;
    }

    private async Task<GroupChatView> Create(Transaction transaction, long me, GroupChatDraft draft, CancellationToken cancellation)
    {
        var now = await transaction.Now(cancellation);
        var id = await Insert(transaction, me, draft, now, cancellation);

        // Members first, so that the initial message is unread for them.
        await ChatMembers.Add(transaction, id, [me], ChatRoles.Admin, now, cancellation);
        await ChatMembers.Add(transaction, id, draft.MemberIds, ChatRoles.Member, now, cancellation);
        await InitialMessage.Store(transaction, new ChatRef(ChatKind.Group, id), me, draft.InitialMessage, now, cancellation);
        return await groups.Detail(transaction, me, id, cancellation);
    }

    private static Task<long> Insert(Transaction transaction, long me, GroupChatDraft draft, Timestamp now, CancellationToken cancellation)
        => transaction.FirstOrDefault<long>(
            """
            INSERT INTO chats (kind, organization_id, is_active, name, description, avatar_key, created_by, created_at, updated_at)
            VALUES ('group', @OrganizationId, true, @Name, @Description, @avatarKey, @me, @now, @now)
            RETURNING id
            """,
            new { draft.OrganizationId, draft.Name, draft.Description, avatarKey = draft.Avatar?.Key, me, now },
            cancellation);

    private void Publish(GroupChatView created)
    {
        var group = new ChatRef(ChatKind.Group, created.Id);
        foreach (var member in created.Members) publisher.Publish(new ChatJoined(member.Id, group, 0));
        if (created.LastMessage is { } message) publisher.Publish(MessageEvents.Sent(message, 0));
    }
}
