using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Accounts;

/// <summary>Organizations and who is in them.</summary>
internal static class OrganizationsApi
{
    public static void MapOrganizationsApi(this IEndpointRouteBuilder accounts)
    {
        var organizations = accounts.MapGroup("organizations/").RequireActiveCaller();
        organizations.MapGet("", Mine);
        organizations.MapPost("", Create);
        organizations.MapGet("{organizationId:long}/users/", List);
        organizations.MapPost("{organizationId:long}/users/", Add);
        organizations.MapGet("{organizationId:long}/users/{userId:long}/", Show);
        organizations.MapDelete("{organizationId:long}/users/{userId:long}/", Remove);
        organizations.MapPut("{organizationId:long}/users/{userId:long}/role/", SetRole);
    }

    private static async Task<Ok<List<Membership>>> Mine(Caller me, Database database, CancellationToken cancellation)
        => TypedResults.Ok(await Organizations.Of(database, me, cancellation));

    private static async Task<Results<Created<Membership>, Rejected>> Create(
        HttpRequest request, Caller me, Database database, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var name = fields.RequiredText("name", 200).Trim();
        if (fields.Rejection is { } no) return new Rejected(no);
        var outcome = await Organizations.Create(database, me, name, cancellation);
        return outcome.IsRejected(out rejection, out var organization)
            ? new Rejected(rejection)
            : TypedResults.Created((string?)null, organization);
    }

    private static async Task<Results<Ok<Page<Member>>, Rejected>> List(
        long organizationId, HttpRequest request, Caller me, Database database, Members members, CancellationToken cancellation)
    {
        var role = await Organizations.RoleIn(database, organizationId, me, cancellation);
        if (role.IsRejected(out var rejection, out _)) return new Rejected(rejection);
        if (PageRequest.Read(request.Query).IsRejected(out rejection, out var page)) return new Rejected(rejection);
        if (page.Number == 0) return new Rejected(PageRequest.InvalidCursor);
        var listed = await members.List(organizationId, request.Query["search"].ToString(), page, request, cancellation);
        return listed.IsRejected(out rejection, out var users) ? new Rejected(rejection) : TypedResults.Ok(users);
    }

    private static async Task<Results<Ok<Member>, Rejected>> Show(
        long organizationId, long userId, Caller me, Database database, Members members, CancellationToken cancellation)
    {
        var role = await Organizations.RoleIn(database, organizationId, me, cancellation);
        if (role.IsRejected(out var rejection, out _)) return new Rejected(rejection);
        var member = await members.Find(database, organizationId, userId, cancellation);
        return member is null ? new Rejected(Organizations.UserNotFound) : TypedResults.Ok(member);
    }

    private static async Task<Results<Created<Member>, Ok<Member>, Rejected>> Add(
        long organizationId, HttpRequest request, Caller me, AddMember add, CancellationToken cancellation)
    {
        if (await add.WhyNot(me, organizationId, cancellation) is { } notHis) return new Rejected(notHis);
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var existing = fields.Id("user_id");
        var draft = existing is null ? AccountDraft.Read(fields) : null;
        if (fields.Rejection is { } no) return new Rejected(no);

        if (draft is not null)
        {
            var created = await add.New(organizationId, draft, cancellation);
            return created.IsRejected(out rejection, out var member)
                ? new Rejected(rejection)
                : TypedResults.Created((string?)null, member);
        }

        var outcome = await add.Existing(me, organizationId, existing!.Value, cancellation);
        if (outcome.IsRejected(out rejection, out var added)) return new Rejected(rejection);
        return added.IsNew ? TypedResults.Created((string?)null, added.Member) : TypedResults.Ok(added.Member);
    }

    private static async Task<Results<NoContent, Rejected>> Remove(
        long organizationId, long userId, Caller me, RemoveMember remove, CancellationToken cancellation)
        => await remove.Run(me, organizationId, userId, cancellation) is { } rejection ? new Rejected(rejection) : TypedResults.NoContent();

    private static async Task<Results<Ok<Member>, Rejected>> SetRole(
        long organizationId, long userId, HttpRequest request, Caller me, ChangeRole change, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var role = ChangeRole.Read(fields);
        if (fields.Rejection is { } no) return new Rejected(no);
        var outcome = await change.Run(me, organizationId, userId, role, cancellation);
        return outcome.IsRejected(out rejection, out var member) ? new Rejected(rejection) : TypedResults.Ok(member);
    }
}
