using Connectify.Server.Blocks;
using Connectify.Server.Chats;
using Connectify.Server.Hosting;
using Connectify.Server.Messages;
using Connectify.Server.Messages.Sending;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Conversations;

/// <summary>Starts the one conversation that two people have in an organization.</summary>
internal sealed class CreateConversation(
    Database database, ConversationQueries conversations, MessagingSettings settings, EventPublisher publisher)
{
    private static readonly Rejection OtherIsOutside =
        Rejection.BadRequest("participant_not_in_organization", "The participant doesn't belong to this organization");

    private static readonly Rejection Oneself =
        Rejection.BadRequest("cannot_converse_with_yourself", "You can't start a conversation with yourself");

    public async Task<Outcome<ConversationView>> Run(long me, ConversationBody draft, CancellationToken cancellation)
    {
        if (InitialMessage.WhyNot(draft.InitialMessage, settings) is { } unfit) return unfit;
        var outcome = await database.WriteOrReject(transaction => Create(transaction, me, draft, cancellation), cancellation);
        if (outcome.Rejection is null) Publish(outcome.Value);
        return outcome;
    }

    private async Task<Outcome<ConversationView>> Create(
        Transaction transaction, long me, ConversationBody draft, CancellationToken cancellation)
    {
        // Locked until the commit: a block or a removal from the organization comes before these checks or after the conversation.
        var belonging = await OrganizationMembership.LockShared(transaction, draft.OrganizationId, [me, draft.ParticipantId], cancellation);
        if (WhyNot(me, draft, belonging) is { } rejection) return rejection;
        if (await WhyNotAcrossBlock(transaction, me, draft, cancellation) is { } blocked) return blocked;

        var now = await transaction.Now(cancellation);
        if (await Insert(transaction, me, draft, now, cancellation) is not { } id)
        {
            return await WhyNotTwice(transaction, me, draft, cancellation);
        }

        await ChatMembers.Add(transaction, id, [me, draft.ParticipantId], ChatRoles.Member, now, cancellation);
        await InitialMessage.Store(transaction, new ChatRef(ChatKind.Conversation, id), me, draft.InitialMessage, now, cancellation);
        return await conversations.Detail(transaction, me, id, cancellation);
    }

    private static Rejection? WhyNot(long me, ConversationBody draft, HashSet<long> belonging)
    {
        if (!belonging.Contains(me)) return OrganizationMembership.CallerIsOutside;
        if (!belonging.Contains(draft.ParticipantId)) return OtherIsOutside;
        return draft.ParticipantId == me ? Oneself : null;
    }

    private static async Task<Rejection?> WhyNotAcrossBlock(Sql sql, long me, ConversationBody draft, CancellationToken cancellation)
    {
        // The documents give 400 here, where a message gets 403.
        if (await BlockQueries.HasBlocked(sql, draft.ParticipantId, me, draft.OrganizationId, cancellation))
        {
            return ChatRejections.BlockedByUser with { Status = StatusCodes.Status400BadRequest };
        }

        return await BlockQueries.HasBlocked(sql, me, draft.ParticipantId, draft.OrganizationId, cancellation)
            ? ChatRejections.UserBlocked with { Status = StatusCodes.Status400BadRequest }
            : null;
    }

    /// <returns>null if the two have one: the unique index decides, also between simultaneous creates.</returns>
    private static Task<long?> Insert(
        Transaction transaction, long me, ConversationBody draft, Timestamp now, CancellationToken cancellation)
        => transaction.FirstOrDefault<long?>(
            """
            INSERT INTO chats (kind, organization_id, is_active, low_user_id, high_user_id, created_by, created_at, updated_at)
            VALUES ('conversation', @OrganizationId, true, @low, @high, @me, @now, @now)
            ON CONFLICT DO NOTHING
            RETURNING id
            """,
            new { draft.OrganizationId, low = Math.Min(me, draft.ParticipantId), high = Math.Max(me, draft.ParticipantId), me, now },
            cancellation);

    private async Task<Outcome<ConversationView>> WhyNotTwice(
        Transaction transaction, long me, ConversationBody draft, CancellationToken cancellation)
    {
        var id = await transaction.FirstOrDefault<long?>(
            """
            SELECT id FROM chats
            WHERE organization_id = @OrganizationId AND low_user_id = @low AND high_user_id = @high
                AND is_active AND kind = 'conversation'
            """,
            new { draft.OrganizationId, low = Math.Min(me, draft.ParticipantId), high = Math.Max(me, draft.ParticipantId) },
            cancellation);

        // It was deleted meanwhile: create the new one.
        if (id is null) return await Create(transaction, me, draft, cancellation);
        return Rejection.BadRequest("conversation_exists", "Conversation already exists") with
        {
            Extras = new Dictionary<string, object> { ["conversation_id"] = id.Value },
        };
    }

    private void Publish(ConversationView created)
    {
        var chat = new ChatRef(ChatKind.Conversation, created.Id);
        foreach (var participant in created.Participants) publisher.Publish(new ChatJoined(participant.Id, chat, 0));
        if (created.LastMessage is { } message) publisher.Publish(MessageEvents.Sent(message, 0));
    }
}
