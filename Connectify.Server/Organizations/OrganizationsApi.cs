using System.ComponentModel.DataAnnotations;
using Connectify.Server.Accounts;
using Connectify.Server.ApiDocs;
using Connectify.Server.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Organizations;

/// <summary>Organizations and who is in them.</summary>
internal static class OrganizationsApi
{
    public static void MapOrganizationsApi(this IEndpointRouteBuilder accounts)
    {
        var organizations = accounts.MapGroup("organizations/").RequireActiveCaller().WithTags("Organizations");
        organizations.MapGet("", Mine).Described("My organizations; to a SUPERUSER all");
        organizations.MapPost("", Create).AcceptsBody<OrganizationBody>().Described("Create an organization (SUPERUSER)", 403);
        organizations.MapGet("{organizationId:long}/users/", List).AcceptsPage(hasCursors: false)
            .AcceptsQuery(("search", "Part of a name or e-mail address."))
            .Described("Who is in an organization of mine, the newest first. Accounts that wait for an admin are shown to admins only", 400, 404);
        organizations.MapPost("{organizationId:long}/users/", Add).AcceptsBody<NewMemberBody>()
            .Described("Create an active user (ADMIN), or add one who is there by user_id (SUPERUSER)", 403, 404);
        organizations.MapGet("{organizationId:long}/users/{userId:long}/", Show).Described("A member of an organization of mine", 404);
        organizations.MapDelete("{organizationId:long}/users/{userId:long}/", Remove)
            .Described("Remove a member (ADMIN): the organization's chats close to him", 400, 403, 404);
        organizations.MapPut("{organizationId:long}/users/{userId:long}/role/", SetRole).AcceptsBody<RoleBody>()
            .Described("Give a member another role (SUPERUSER)", 403, 404);
    }

    private static async Task<Ok<List<Membership>>> Mine(Caller me, Database database, CancellationToken cancellation)
        => TypedResults.Ok(await OrganizationQueries.Of(database, me, cancellation));

    private static async Task<Results<Created<Membership>, Rejected>> Create(
        HttpRequest request, Caller me, Database database, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var name = fields.RequiredText("name", 200).Trim();
        if (fields.Rejection is { } no) return new Rejected(no);
        var outcome = await OrganizationQueries.Create(database, me, name, cancellation);
        return outcome.IsRejected(out rejection, out var organization)
            ? new Rejected(rejection)
            : TypedResults.Created((string?)null, organization);
    }

    private static async Task<Results<Ok<Page<Member>>, Rejected>> List(
        long organizationId, HttpRequest request, Caller me, Database database, Members members, CancellationToken cancellation)
    {
        var role = await OrganizationQueries.RoleIn(database, organizationId, me, cancellation);
        if (role.IsRejected(out var rejection, out var mine)) return new Rejected(rejection);
        if (PageRequest.Read(request.Query).IsRejected(out rejection, out var page)) return new Rejected(rejection);
        if (page.Number == 0) return new Rejected(PageRequest.InvalidCursor);
        var listed = await members.List(organizationId, IsAdmin(mine), request.Query["search"].ToString(), page, request, cancellation);
        return listed.IsRejected(out rejection, out var users) ? new Rejected(rejection) : TypedResults.Ok(users);
    }

    private static async Task<Results<Ok<Member>, Rejected>> Show(
        long organizationId, long userId, Caller me, Database database, Members members, CancellationToken cancellation)
    {
        var role = await OrganizationQueries.RoleIn(database, organizationId, me, cancellation);
        if (role.IsRejected(out var rejection, out var mine)) return new Rejected(rejection);
        var member = await members.Find(database, organizationId, IsAdmin(mine), userId, cancellation);
        return member is null ? new Rejected(AccountRepository.UserNotFound) : TypedResults.Ok(member);
    }

    private static bool IsAdmin(string role) => role is Roles.Admin or Roles.Superuser;

    private static async Task<Results<Created<Member>, Ok<Member>, Rejected>> Add(
        long organizationId, HttpRequest request, Caller me, RemoteClient client, AddMember add, CancellationToken cancellation)
    {
        if (await add.WhyNot(me, organizationId, cancellation) is { } notHis) return new Rejected(notHis);
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var existing = fields.Id("user_id");
        var draft = existing is null ? AccountDraft.Read(fields) : null;
        if (fields.Rejection is { } no) return new Rejected(no);

        if (draft is not null)
        {
            var created = await add.New(me, organizationId, draft, client, cancellation);
            return created.IsRejected(out rejection, out var member)
                ? new Rejected(rejection)
                : TypedResults.Created((string?)null, member);
        }

        var outcome = await add.Existing(me, organizationId, existing!.Value, client, cancellation);
        if (outcome.IsRejected(out rejection, out var added)) return new Rejected(rejection);
        return added.IsNew ? TypedResults.Created((string?)null, added.Member) : TypedResults.Ok(added.Member);
    }

    private static async Task<Results<NoContent, Rejected>> Remove(
        long organizationId, long userId, Caller me, RemoteClient client, RemoveMember remove, CancellationToken cancellation)
        => await remove.Run(me, organizationId, userId, client, cancellation) is { } rejection ? new Rejected(rejection) : TypedResults.NoContent();

    private static async Task<Results<Ok<Member>, Rejected>> SetRole(
        long organizationId, long userId, HttpRequest request, Caller me, RemoteClient client, ChangeRole change, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var role = ChangeRole.Read(fields);
        if (fields.Rejection is { } no) return new Rejected(no);
        var outcome = await change.Run(me, organizationId, userId, role, client, cancellation);
        return outcome.IsRejected(out rejection, out var member) ? new Rejected(rejection) : TypedResults.Ok(member);
    }
}

/// <summary>An organization to be.</summary>
/// <param name="Name">At most 200 characters.</param>
internal sealed record OrganizationBody(string Name);

/// <summary>Somebody to be a member: the fields of a registration, or a user_id.</summary>
/// <param name="Username">As in a registration.</param>
/// <param name="Email">As in a registration.</param>
/// <param name="Password">As in a registration.</param>
/// <param name="FirstName">The given name.</param>
/// <param name="LastName">The family name.</param>
/// <param name="UserId">Instead of all of these.</param>
internal sealed record NewMemberBody(
    string? Username = null, string? Email = null, string? Password = null, string? FirstName = null, string? LastName = null, long? UserId = null);

/// <summary>A role in an organization.</summary>
/// <param name="Role">Which.</param>
[Example("""{"role": "ADMIN"}""")]
internal sealed record RoleBody([property: AllowedValues(Roles.Admin, Roles.Staff, Roles.User)] string Role);
