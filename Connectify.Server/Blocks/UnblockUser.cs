using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Blocks;

/// <summary>Takes a block back.</summary>
internal sealed class UnblockUser(Database database, EventPublisher publisher, Presence presence)
{
    private static readonly Rejection NotFound = Rejection.NotFound("block_not_found", "Block not found");
    private static readonly Rejection NotYours = Rejection.Forbidden("not_your_block", "You can only unblock users you have blocked");

    /// <returns>null on success.</returns>
    public async Task<Rejection?> Run(long me, long blockId, CancellationToken cancellation)
    {
        var unblocked = await database.Query<Unblocked>(
            """
            DELETE FROM blocks
            WHERE id = @blockId AND blocker_id = @me
                AND organization_id IN (SELECT organization_id FROM organization_members WHERE user_id = @me)
            RETURNING organization_id, blocked_id
            """,
            new { blockId, me },
            cancellation);
        if (unblocked is not [var block]) return await WhyNot(me, blockId, cancellation);
        await PublishPresence(me, block, cancellation);
        return null;
    }

    // They see each other again, unless the other one blocks too.
    private async Task PublishPresence(long me, Unblocked block, CancellationToken cancellation)
    {
        var conversation = await database.FirstOrDefault<long?>(
            $"""
            SELECT c.id FROM chats c
            WHERE c.organization_id = @OrganizationId AND c.low_user_id = @low AND c.high_user_id = @high
                AND c.is_active AND c.kind = 'conversation' AND NOT {ChatAccess.HasBlock}
            """,
            new { block.OrganizationId, low = Math.Min(me, block.BlockedId), high = Math.Max(me, block.BlockedId) },
            cancellation);
        if (conversation is not { } id) return;
        var chat = new ChatRef(ChatKind.Conversation, id);
        foreach (var userId in new[] { me, block.BlockedId }) publisher.Publish(PresenceEvents.Of(chat, userId, presence.IsOnline(userId)));
    }

    // A block in an organization that isn't the caller's is as if it did not exist.
    private async Task<Rejection> WhyNot(long me, long blockId, CancellationToken cancellation)
        => await database.Exists(
            """
            SELECT 1 FROM blocks b
            JOIN organization_members om ON om.organization_id = b.organization_id AND om.user_id = @me
            WHERE b.id = @blockId AND b.blocker_id <> @me
            """,
            new { blockId, me },
            cancellation) ? NotYours : NotFound;

    private sealed record Unblocked
    {
        public long OrganizationId { get; init; }

        public long BlockedId { get; init; }
    }
}
