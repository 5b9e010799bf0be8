using Connectify.Server.ApiDocs;
using Connectify.Server.Attachments;
using Connectify.Server.Attachments.Uploads;
using Connectify.Server.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.GroupChats;

/// <summary>Group chats over REST.</summary>
internal static class GroupChatsApi
{
    public static void MapGroupChats(this WebApplication app)
    {
        var groups = app.MapGroup("/api/messaging/group-chats").RequireActiveCaller().WithTags("Group chats");
        groups.MapGet("/", List).Described("My group chats, newest activity first");
        groups.MapPost("/", Create).AcceptsBody<GroupChatBody>(file: Avatars.Field).Described("Start a group chat and be its admin");
        groups.MapPost("/create/", Create).IsAlias();
        groups.MapGet("/{id:long}/", Get).Described("A group chat with its newest 20 messages", 403, 404);
        groups.MapPatch("/{id:long}/", Update).AcceptsBody<GroupChatEditBody>(file: Avatars.Field)
            .Described("Change name, description or picture (admin)", 403, 404);
        groups.MapDelete("/{id:long}/", Delete).Described("End a group chat (admin)", 403, 404);
        groups.MapMembers();
    }

    private static async Task<Ok<List<GroupChatView>>> List(
        Caller me, HttpRequest request, GroupChatQueries groups, CancellationToken cancellation)
    {
        var all = await groups.List(me.UserId, cancellation);
        return TypedResults.Ok(all.ConvertAll(group => group.WithBaseUrl(PublicUrls.Base(request))));
    }

    private static async Task<Results<Created<GroupChatView>, Rejected>> Create(
        Caller me, HttpRequest request, UploadReader uploads, CreateGroupChat create, CancellationToken cancellation)
    {
        var body = await uploads.Read(request, Avatars.Limits, me.UserId, cancellation);
        if (body.IsRejected(out var rejection, out var received)) return new Rejected(rejection);
        await using var upload = received;
        return await create.Run(me.UserId, upload, cancellation).ToResult(created => TypedResults.Created(
            PublicUrls.Location(request, $"/api/messaging/group-chats/{created.Id}/"), created.WithBaseUrl(PublicUrls.Base(request))));
    }

    private static Task<Results<Ok<GroupChatView>, Rejected>> Get(
        Caller me, long id, HttpRequest request, GroupChatQueries groups, CancellationToken cancellation)
        => groups.Find(me.UserId, id, cancellation).ToResult(found => TypedResults.Ok(found.WithBaseUrl(PublicUrls.Base(request))));

    private static async Task<Results<Ok<GroupChatView>, Rejected>> Update(
        Caller me, long id, HttpRequest request, UploadReader uploads, UpdateGroupChat update, CancellationToken cancellation)
    {
        if (await update.WhyNot(me.UserId, id, cancellation) is { } why) return new Rejected(why);
        var body = await uploads.Read(request, Avatars.Limits, me.UserId, cancellation);
        if (body.IsRejected(out var rejection, out var received)) return new Rejected(rejection);
        await using var upload = received;
        return await update.Run(me.UserId, id, upload, cancellation)
            .ToResult(updated => TypedResults.Ok(updated.WithBaseUrl(PublicUrls.Base(request))));
    }

    private static Task<Results<NoContent, Rejected>> Delete(Caller me, long id, DeleteGroupChat delete, CancellationToken cancellation)
        => delete.Run(me.UserId, id, cancellation).ToResult();
}

/// <summary>A group chat to be.</summary>
/// <param name="Name">At most 200 characters.</param>
/// <param name="OrganizationId">The organization; all members must belong to it.</param>
/// <param name="Description">At most 2,000 characters.</param>
/// <param name="MemberIds">User ids of the members, without the creator.</param>
/// <param name="InitialMessage">The first message; none if absent.</param>
[Example("""
    {
      "name": "Project Team", "description": "Group chat for our project team", "organization_id": 1,
      "member_ids": [2, 3, 4], "initial_message": "Welcome to the project team chat!"
    }
    """)]
internal sealed record GroupChatBody(
    string Name, long OrganizationId, string? Description = null, IReadOnlyList<long>? MemberIds = null, string? InitialMessage = null);

/// <summary>Changes; absent fields stay unchanged.</summary>
/// <param name="Name">At most 200 characters.</param>
/// <param name="Description">null: none.</param>
internal sealed record GroupChatEditBody(string? Name = null, string? Description = null);
