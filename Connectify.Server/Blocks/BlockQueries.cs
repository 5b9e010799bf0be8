namespace Connectify.Server.Blocks;

/// <summary>Queries for blocks. A block holds within one organization.</summary>
internal static class BlockQueries
{
    /// <summary>The caller's own blocks in the caller's organizations, newest first.</summary>
    public static Task<List<BlockView>> Of(Sql sql, long me, CancellationToken cancellation)
        => sql.Query<BlockView>(
            $"""
            SELECT {BlockView.Columns}
            FROM blocks b
            JOIN users u ON u.id = b.blocked_id
            JOIN organization_members om ON om.organization_id = b.organization_id AND om.user_id = @me
            WHERE b.blocker_id = @me
            ORDER BY b.id DESC
            """,
            new { me },
            cancellation);

    /// <summary>The names of those <paramref name="userIds"/> that have blocked the caller, by id.</summary>
    public static async Task<Dictionary<long, string>> BlockersOf(
        Sql sql, long me, long organizationId, long[] userIds, CancellationToken cancellation)
        => (await sql.Query<Blocker>(
            """
            SELECT u.id, u.username
            FROM blocks b JOIN users u ON u.id = b.blocker_id
            WHERE b.organization_id = @organizationId AND b.blocked_id = @me AND b.blocker_id = ANY(@userIds)
            """,
            new { me, organizationId, userIds },
            cancellation)).ToDictionary(blocker => blocker.Id, blocker => blocker.Username);

    public static Task<bool> HasBlocked(Sql sql, long blockerId, long blockedId, long organizationId, CancellationToken cancellation)
        => sql.Exists(
            "SELECT 1 FROM blocks WHERE blocker_id = @blockerId AND organization_id = @organizationId AND blocked_id = @blockedId",
            new { blockerId, organizationId, blockedId },
            cancellation);

    private sealed record Blocker
    {
        public long Id { get; init; }

        public string Username { get; init; } = "";
    }
}
