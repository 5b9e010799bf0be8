using Connectify.Server.Accounts;
using Connectify.Server.Authentication;

namespace Connectify.Server.Organizations;

/// <summary>Which organizations there are for a caller, and what he is in them.</summary>
internal static class OrganizationQueries
{
    public static Rejection NotFound { get; } = Rejection.NotFound("organization_not_found", "Organization not found");

    /// <summary>The caller's organizations; to a SUPERUSER all are his.</summary>
    public static Task<List<Membership>> Of(Sql sql, Caller me, CancellationToken cancellation)
        => sql.Query<Membership>(
            """
            SELECT o.id, o.name, coalesce(m.role, 'SUPERUSER') AS role
            FROM organizations o LEFT JOIN organization_members m ON m.organization_id = o.id AND m.user_id = @UserId
            WHERE m.user_id IS NOT NULL OR @IsSuperuser
            ORDER BY o.id
            """,
            me,
            cancellation);

    /// <summary>The caller's role in an organization, above all SUPERUSER; 404 where it isn't his.</summary>
    public static async Task<Outcome<string>> RoleIn(Sql sql, long organizationId, Caller me, CancellationToken cancellation)
    {
        var role = await sql.FirstOrDefault<string>(
            """
            SELECT CASE WHEN @IsSuperuser THEN 'SUPERUSER' ELSE m.role END
            FROM organizations o LEFT JOIN organization_members m ON m.organization_id = o.id AND m.user_id = @UserId
            WHERE o.id = @organizationId
            """,
            new { organizationId, me.UserId, me.IsSuperuser },
            cancellation);
        return role is null ? NotFound : role;
    }

    /// <summary>Only for a SUPERUSER; he doesn't become a member by it.</summary>
    public static async Task<Outcome<Membership>> Create(Database database, Caller me, string name, CancellationToken cancellation)
    {
        if (!me.IsSuperuser) return Rejection.Forbidden("superuser_required", "Only superusers can create organizations");
        return await database.Write(
            async transaction => (await transaction.FirstOrDefault<Membership>(
                "INSERT INTO organizations (name, created_at) VALUES (@name, @now) RETURNING id, name, 'SUPERUSER' AS role",
                new { name, now = Timestamp.Now },
                cancellation))!,
            cancellation);
    }
}
