using System.ComponentModel.DataAnnotations;
using Connectify.Server.ApiDocs;
using Connectify.Server.Authentication;
using Connectify.Server.Chats;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.GroupChats;

/// <summary>REST endpoints for a group's members and their roles.</summary>
internal static class MembersApi
{
    /// <summary>Each in two spellings: the documents' text has the underscores, their sample client the hyphens.</summary>
    public static void MapMembers(this RouteGroupBuilder groups)
    {
        groups.MapPost("/{id:long}/add_members/", Add).Described("Bring people in (admin)", 403, 404);
        groups.MapPost("/{id:long}/add-members/", Add).IsAlias();
        groups.MapPost("/{id:long}/remove_member/", Remove).Described("Remove a member (admin), or leave", 403, 404);
        groups.MapPost("/{id:long}/remove-member/", Remove).IsAlias();
        groups.MapPost("/{id:long}/change_role/", Change).Described("Give a member another role (admin)", 403, 404);
        groups.MapPost("/{id:long}/change-role/", Change).IsAlias();
    }

    private static async Task<Results<Ok<GroupChatView>, Rejected>> Add(
        Caller me, long id, Body<MembersBody> body, HttpRequest request, AddMembers add, Database database, CancellationToken cancellation)
    {
        if ((await body.Read()).IsRejected(out var invalid, out var wanted))
        {
            return await Refuse(database, me, id, invalid, GroupRejections.OnlyAdminsAdd, cancellation);
        }

        return await add.Run(me.UserId, id, [.. wanted.MemberIds], cancellation)
            .ToResult(group => TypedResults.Ok(group.WithBaseUrl(PublicUrls.Base(request))));
    }

    private static async Task<Results<Ok<GroupChatView>, Rejected>> Remove(
        Caller me, long id, Body<MemberBody> body, HttpRequest request, RemoveMember remove, Database database, CancellationToken cancellation)
    {
        if ((await body.Read()).IsRejected(out var invalid, out var wanted))
        {
            return await Refuse(database, me, id, invalid, null, cancellation);
        }

        return await remove.Run(me.UserId, id, wanted.MemberId, cancellation)
            .ToResult(group => TypedResults.Ok(group.WithBaseUrl(PublicUrls.Base(request))));
    }

    private static async Task<Results<Ok<MembershipView>, Rejected>> Change(
        Caller me, long id, Body<MemberRoleBody> body, ChangeRole change, Database database, CancellationToken cancellation)
    {
        if ((await body.Read()).IsRejected(out var invalid, out var wanted))
        {
            return await Refuse(database, me, id, invalid, GroupRejections.OnlyAdminsChangeRoles, cancellation);
        }

        return await change.Run(me.UserId, id, wanted.MemberId, wanted.Role, cancellation).ToResult(TypedResults.Ok);
    }

    // Permission comes before the body: a forbidden caller gets 403, whatever it holds.
    private static async Task<Rejected> Refuse(
        Database database, Caller me, long id, Rejection invalid, Rejection? notAdmin, CancellationToken cancellation)
    {
        var access = await ChatAccess.Find(database, me.UserId, new ChatRef(ChatKind.Group, id), cancellation);
        if (access.Rejection is { } rejection) return new Rejected(rejection);
        return new Rejected(notAdmin is null || access.Value.IsAdmin ? invalid : notAdmin);
    }
}

/// <summary>People of the organization.</summary>
/// <param name="MemberIds">User ids; present members stay unchanged.</param>
[Example("""{"member_ids": [5, 6]}""")]
internal sealed record MembersBody(IReadOnlyList<long> MemberIds) : IBody<MembersBody>
{
    public static MembersBody Read(Fields fields) => new(fields.RequiredIds("member_ids", int.MaxValue));
}

/// <summary>A member of the group.</summary>
/// <param name="MemberId">The member's user id.</param>
[Example("""{"member_id": 5}""")]
internal sealed record MemberBody(long MemberId) : IBody<MemberBody>
{
    public static MemberBody Read(Fields fields) => new(fields.RequiredId("member_id"));
}

/// <summary>A member's new role.</summary>
/// <param name="MemberId">The member's user id.</param>
/// <param name="Role">admin or member.</param>
[Example("""{"member_id": 5, "role": "admin"}""")]
internal sealed record MemberRoleBody(long MemberId, [property: AllowedValues(ChatRoles.Admin, ChatRoles.Member)] string Role)
    : IBody<MemberRoleBody>
{
    public static MemberRoleBody Read(Fields fields)
    {
        var body = new MemberRoleBody(fields.RequiredId("member_id"), fields.RequiredText("role", 20));
        if (body.Role is not (ChatRoles.Admin or ChatRoles.Member)) fields.AddError("role", "Must be admin or member");
        return body;
    }
}
