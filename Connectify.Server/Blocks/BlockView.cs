namespace Connectify.Server.Blocks;

/// <summary>A block as its blocker sees it.</summary>
internal sealed record BlockView
{
    /// <summary>The columns of this record, of <c>blocks b JOIN users u</c> (the blocked one).</summary>
    public const string Columns = "b.id, b.blocker_id, b.blocked_id, u.username AS blocked_username, b.organization_id, b.created_at";

    public long Id { get; init; }

    public long BlockerId { get; init; }

    public long BlockedId { get; init; }

    public string BlockedUsername { get; init; } = "";

    public long OrganizationId { get; init; }

    public Timestamp CreatedAt { get; init; }
}
