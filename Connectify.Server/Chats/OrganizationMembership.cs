namespace Connectify.Server.Chats;

/// <summary>
/// Row locks on organization members, until the transaction ends. A user who is being added to a chat can't leave the
/// organization meanwhile, and no block can come between its check and the chat.
/// <para>
/// Lock order, everywhere, to avoid deadlocks: first rows of organization_members by user id, then chats by id.
/// </para>
/// </summary>
internal static class OrganizationMembership
{
    public static Rejection CallerIsOutside { get; } =
        Rejection.BadRequest("not_in_organization", "You don't belong to this organization");

    /// <summary>Shared lock, for adding users to a chat. Many may hold it; a block or a removal waits.</summary>
    /// <returns>Those <paramref name="userIds"/> that are members.</returns>
    public static async Task<HashSet<long>> LockShared(
        Transaction transaction, long organizationId, long[] userIds, CancellationToken cancellation)
        => [.. await transaction.Query<long>(
            """
            SELECT user_id FROM organization_members
            WHERE organization_id = @organizationId AND user_id = ANY(@userIds)
            ORDER BY user_id FOR SHARE
            """,
            new { organizationId, userIds },
            cancellation)];

    /// <summary>Exclusive lock, for blocks and removals: waits for requests that add one of the users, and makes them wait.</summary>
    /// <returns>Those <paramref name="userIds"/> that are members.</returns>
    public static async Task<HashSet<long>> LockExclusive(
        Transaction transaction, long organizationId, long[] userIds, CancellationToken cancellation)
        => [.. await transaction.Query<long>(
            """
            SELECT user_id FROM organization_members
            WHERE organization_id = @organizationId AND user_id = ANY(@userIds)
            ORDER BY user_id FOR NO KEY UPDATE
            """,
            new { organizationId, userIds },
            cancellation)];
}
