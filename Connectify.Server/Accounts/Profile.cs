using Dapper;

namespace Connectify.Server.Accounts;

/// <summary>An account as its owner sees it.</summary>
internal sealed record Profile
{
    public long Id { get; init; }

    public string Username { get; init; } = "";

    public string Email { get; init; } = "";

    public string FirstName { get; init; } = "";

    public string LastName { get; init; } = "";

    public string Role { get; init; } = Roles.User;

    public bool IsActive { get; init; }

    public string? Bio { get; init; }

    public string? Dob { get; init; }

    public string? ProfileImage { get; init; }

    public IReadOnlyList<Membership> Organizations { get; init; } = [];

    public static Task<Profile> Read(Sql sql, long userId, CancellationToken cancellation)
        => sql.QueryMultiple(
            """
            SELECT id, username, email, first_name, last_name, status = 'active' AS is_active, bio, dob, profile_image,
                CASE WHEN is_superuser THEN 'SUPERUSER' ELSE coalesce(
                    (SELECT role FROM organization_members WHERE user_id = users.id ORDER BY joined_at, organization_id LIMIT 1),
                    'USER') END AS role
            FROM users WHERE id = @userId;
            SELECT o.id, o.name, m.role
            FROM organization_members m JOIN organizations o ON o.id = m.organization_id
            WHERE m.user_id = @userId ORDER BY m.joined_at, o.id
            """,
            new { userId },
            async read => (await read.ReadFirstAsync<Profile>()) with { Organizations = (await read.ReadAsync<Membership>()).AsList() },
            cancellation);
}

/// <summary>An organization, and what its beholder is in it.</summary>
internal sealed record Membership
{
    public long Id { get; init; }

    public string Name { get; init; } = "";

    public string Role { get; init; } = Roles.User;
}
