namespace Connectify.Server.Accounts;

/// <summary>The answer to a registration or login.</summary>
internal sealed record SignedIn
{
    public long Id { get; init; }

    public string Username { get; init; } = "";

    public string Email { get; init; } = "";

    public string FirstName { get; init; } = "";

    public string LastName { get; init; } = "";

    /// <summary>That of the organization first joined.</summary>
    public string Role { get; init; } = Roles.User;

    public bool IsActive { get; init; }

    /// <summary>The organization first joined; null: none.</summary>
    public long? OrganizationId { get; init; }

    public string Token { get; init; } = "";

    public string RefreshToken { get; init; } = "";

    /// <summary>The account without its tokens.</summary>
    public static async Task<SignedIn> Read(Sql sql, long userId, CancellationToken cancellation)
        => (await sql.FirstOrDefault<SignedIn>(
            """
            SELECT u.id, u.username, u.email, u.first_name, u.last_name, u.status = 'active' AS is_active, m.organization_id,
                CASE WHEN u.is_superuser THEN 'SUPERUSER' ELSE coalesce(m.role, 'USER') END AS role
            FROM users u LEFT JOIN organization_members m ON m.user_id = u.id
            WHERE u.id = @userId
            ORDER BY m.joined_at, m.organization_id LIMIT 1
            """,
            new { userId },
            cancellation))!;
}
