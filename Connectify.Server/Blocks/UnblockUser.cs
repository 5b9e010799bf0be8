namespace Connectify.Server.Blocks;

/// <summary>Takes a block back.</summary>
internal sealed class UnblockUser(Database database)
{
    private static readonly Rejection NotFound = Rejection.NotFound("block_not_found", "Block not found");
    private static readonly Rejection NotYours = Rejection.Forbidden("not_your_block", "You can only unblock users you have blocked");

    /// <returns>null on success.</returns>
    public async Task<Rejection?> Run(long me, long blockId, CancellationToken cancellation)
    {
        var deleted = await database.Execute(
            """
            DELETE FROM blocks
            WHERE id = @blockId AND blocker_id = @me
                AND organization_id IN (SELECT organization_id FROM organization_members WHERE user_id = @me)
            """,
            new { blockId, me },
            cancellation);
        return deleted > 0 ? null : await WhyNot(me, blockId, cancellation);
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
}
