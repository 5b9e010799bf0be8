using System.Text.RegularExpressions;
using Connectify.Server.Accounts;
using Connectify.Server.Realtime.Events;
using Dapper;

namespace Connectify.Server.Organizations;

/// <summary>A user as the members of an organization see him.</summary>
internal sealed record Member : UserView
{
    public string Email { get; init; } = "";

    /// <summary>In this organization; a superuser is one everywhere.</summary>
    public string Role { get; init; } = Roles.User;

    public bool IsActive { get; init; }

    public string? Bio { get; init; }

    public string? Dob { get; init; }
}

/// <summary>Reads the members of an organization.</summary>
internal sealed partial class Members(Database database, Presence presence)
{
    private const string Columns = """
        u.id, u.username, u.email, u.first_name, u.last_name, u.bio, u.dob, u.profile_image, u.status = 'active' AS is_active,
        CASE WHEN u.is_superuser THEN 'SUPERUSER' ELSE m.role END AS role
        """;

    /// <summary>Those whose names or address contain <paramref name="search"/>, the newest first.</summary>
    /// <param name="organizationId">The organization.</param>
    /// <param name="isAdmin">Whether an admin asks: accounts that wait for one are shown to nobody else.</param>
    /// <param name="search">Part of a name or an address; empty: all.</param>
    /// <param name="page">Which of them.</param>
    /// <param name="request">For the URLs of the pages beside it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Outcome<Page<Member>>> List(
        long organizationId, bool isAdmin, string search, PageRequest page, HttpRequest request, CancellationToken cancellation)
    {
        var (count, members) = await database.QueryMultiple(
            $"""
            SELECT count(*) FROM organization_members m JOIN users u ON u.id = m.user_id
            WHERE m.organization_id = @organizationId AND u.search_key LIKE @pattern ESCAPE '!' AND (@isAdmin OR u.status <> 'pending');
            SELECT {Columns} FROM organization_members m JOIN users u ON u.id = m.user_id
            WHERE m.organization_id = @organizationId AND u.search_key LIKE @pattern ESCAPE '!' AND (@isAdmin OR u.status <> 'pending')
            ORDER BY m.joined_at DESC, u.id DESC LIMIT @Size OFFSET @Offset
            """,
            new { organizationId, isAdmin, pattern = Pattern(search), page.Size, page.Offset },
            async read => (await read.ReadFirstAsync<long>(), (await read.ReadAsync<Member>()).AsList()),
            cancellation);
        members.ForEach(Shown);
        return page.Numbered(request, count, members);
    }

    /// <inheritdoc cref="List"/>
    /// <returns>null: no such member for whoever asks.</returns>
    public async Task<Member?> Find(Sql sql, long organizationId, bool isAdmin, long userId, CancellationToken cancellation)
    {
        var member = await sql.FirstOrDefault<Member>(
            $"""
            SELECT {Columns} FROM organization_members m JOIN users u ON u.id = m.user_id
            WHERE m.organization_id = @organizationId AND u.id = @userId AND (@isAdmin OR u.status <> 'pending')
            """,
            new { organizationId, isAdmin, userId },
            cancellation);
        if (member is not null) Shown(member);
        return member;
    }

    private void Shown(Member member) => member.IsOnline = presence.IsOnline(member.Id);

    [GeneratedRegex("[!%_]")]
    private static partial Regex Wildcard();

    // A NUL is in nobody's name, and PostgreSQL takes none.
    private static string Pattern(string search)
    {
        var key = AccountRules.Key(search.Replace("\0", "", StringComparison.Ordinal));
        return $"%{Wildcard().Replace(key, "!$0")}%";
    }
}
