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
        groups.MapPost("/{id:long}/add_members/", Add).AcceptsBody<MembersBody>().Described("Bring people in (admin)", 403, 404);
        groups.MapPost("/{id:long}/add-members/", Add).IsAlias();
        groups.MapPost("/{id:long}/remove_member/", Remove).AcceptsBody<MemberBody>()
            .Described("Remove a member (admin), or leave", 403, 404);
        groups.MapPost("/{id:long}/remove-member/", Remove).IsAlias();
        groups.MapPost("/{id:long}/change_role/", Change).AcceptsBody<MemberRoleBody>().Described("Give a member another role (admin)", 403, 404);
        groups.MapPost("/{id:long}/change-role/", Change).IsAlias();
    }

    private static async Task<Results<Ok<GroupChatView>, Rejected>> Add(
        Caller me, long id, HttpRequest request, AddMembers add, Database database, CancellationToken cancellation)
    {
        if ((await Fields.ReadJson(request)).IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var memberIds = fields.Ids("member_ids", int.MaxValue);
        if (fields.IsEmpty("member_ids")) fields.AddError("member_ids", "This field is required");
        if (fields.Rejection is { } invalid) return await Refuse(database, me, id, invalid, GroupRejections.OnlyAdminsAdd, cancellation);
        var outcome = await add.Run(me.UserId, id, memberIds, cancellation);
        return outcome.IsRejected(out rejection, out var group)
            ? new Rejected(rejection)
            : TypedResults.Ok(group.WithBaseUrl(PublicUrls.Base(request)));
    }

    private static async Task<Results<Ok<GroupChatView>, Rejected>> Remove(
        Caller me, long id, HttpRequest request, RemoveMember remove, Database database, CancellationToken cancellation)
    {
        if ((await Fields.ReadJson(request)).IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var memberId = fields.RequiredId("member_id");
        if (fields.Rejection is { } invalid) return await Refuse(database, me, id, invalid, null, cancellation);
        var outcome = await remove.Run(me.UserId, id, memberId, cancellation);
        return outcome.IsRejected(out rejection, out var group)
            ? new Rejected(rejection)
            : TypedResults.Ok(group.WithBaseUrl(PublicUrls.Base(request)));
    }

    private static async Task<Results<Ok<MembershipView>, Rejected>> Change(
        Caller me, long id, HttpRequest request, ChangeRole change, Database database, CancellationToken cancellation)
    {
        if ((await Fields.ReadJson(request)).IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var (memberId, role) = (fields.RequiredId("member_id"), fields.RequiredText("role", 20));
        if (role.Length > 0 && role is not (ChatRoles.Admin or ChatRoles.Member)) fields.AddError("role", "Must be admin or member");
        if (fields.Rejection is { } invalid) return await Refuse(database, me, id, invalid, GroupRejections.OnlyAdminsChangeRoles, cancellation);
        var outcome = await change.Run(me.UserId, id, memberId, role, cancellation);
        return outcome.IsRejected(out rejection, out var membership) ? new Rejected(rejection) : TypedResults.Ok(membership);
    }

    // Permission comes before the fields: a forbidden caller gets 403, whatever the body holds.
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
internal sealed record MembersBody(IReadOnlyList<long> MemberIds);

/// <summary>A member of the group.</summary>
/// <param name="MemberId">The member's user id.</param>
[Example("""{"member_id": 5}""")]
internal sealed record MemberBody(long MemberId);

/// <summary>A member's new role.</summary>
/// <param name="MemberId">The member's user id.</param>
/// <param name="Role">admin or member.</param>
[Example("""{"member_id": 5, "role": "admin"}""")]
internal sealed record MemberRoleBody(long MemberId, [property: AllowedValues(ChatRoles.Admin, ChatRoles.Member)] string Role);
