namespace Connectify.Server.Chats;

/// <summary>
/// Who belongs to an organization, held fast until the transaction ends: nobody who is being brought into a chat can
/// leave the organization meanwhile, nor can a block come between its check and the chat.
/// <para>
/// Locks are taken in one order everywhere, or two requests would wait for each other for ever: first rows of
/// organization_members, by user; then chats, by id.
/// </para>
/// </summary>
internal static class OrganizationMembership
{
    public static Rejection CallerIsOutside { get; } =
        Rejection.BadRequest("not_in_organization", "You don't belong to this organization");

    /// <summary>For bringing people together. Any number may at once; a block of one of them, or his leaving, waits.</summary>
    /// <returns>Those of <paramref name="userIds"/> who belong.</returns>
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

    /// <summary>For setting people apart: waits for everybody who is bringing one of them into a chat, and has them wait.</summary>
    /// <returns>Those of <paramref name="userIds"/> who belong.</returns>
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
