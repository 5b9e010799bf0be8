using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Blocks;

/// <summary>Blocks a user in an organization. Once the answer is sent, no message of that user arrives any more.</summary>
internal sealed class BlockUser(Database database, EventPublisher publisher)
{
    private static readonly Rejection OtherIsOutside =
        Rejection.BadRequest("user_not_in_organization", "The user to block doesn't belong to this organization");

    private static readonly Rejection Oneself = Rejection.BadRequest("cannot_block_yourself", "You can't block yourself");
    private static readonly Rejection Already = Rejection.BadRequest("already_blocked", "User is already blocked");

    public async Task<Outcome<BlockView>> Run(long me, long blockedId, long organizationId, CancellationToken cancellation)
    {
        long? conversation = null;
        var outcome = await database.WriteOrReject<BlockView>(
            async transaction =>
            {
                var belonging = await OrganizationMembership.LockExclusive(transaction, organizationId, [me, blockedId], cancellation);
                if (!belonging.Contains(me)) return OrganizationMembership.CallerIsOutside;
                if (!belonging.Contains(blockedId)) return OtherIsOutside;
                if (blockedId == me) return Oneself;
                conversation = await LockConversation(transaction, me, blockedId, organizationId, cancellation);
                return await Insert(transaction, me, blockedId, organizationId, cancellation) is { } block ? block : Already;
            },
            cancellation);

        // To each other they go, wherever they are.
        if (outcome.Rejection is null && conversation is { } id)
        {
            var chat = new ChatRef(ChatKind.Conversation, id);
            foreach (var userId in new[] { me, blockedId }) publisher.Publish(PresenceEvents.Of(chat, userId, isOnline: false));
        }

        return outcome;
    }

    // A send holds this lock from its block check to its commit: it either commits first, or sees the block.
    private static Task<long?> LockConversation(
        Transaction transaction, long me, long blockedId, long organizationId, CancellationToken cancellation)
        => transaction.FirstOrDefault<long?>(
            """
            SELECT id FROM chats
            WHERE organization_id = @organizationId AND low_user_id = @low AND high_user_id = @high
                AND is_active AND kind = 'conversation'
            FOR NO KEY UPDATE
            """,
            new { organizationId, low = Math.Min(me, blockedId), high = Math.Max(me, blockedId) },
            cancellation);

    private static async Task<BlockView?> Insert(
        Transaction transaction, long me, long blockedId, long organizationId, CancellationToken cancellation)
    {
        var id = await transaction.FirstOrDefault<long?>(
            """
            INSERT INTO blocks (organization_id, blocker_id, blocked_id, created_at)
            VALUES (@organizationId, @me, @blockedId, @now)
            ON CONFLICT DO NOTHING
            RETURNING id
            """,
            new { organizationId, me, blockedId, now = Timestamp.Now },
            cancellation);
        return id is null ? null : await transaction.FirstOrDefault<BlockView>(
            $"SELECT {BlockView.Columns} FROM blocks b JOIN users u ON u.id = b.blocked_id WHERE b.id = @id",
            new { id },
            cancellation);
    }
}
