using Connectify.Server.Accounts;
using Connectify.Server.Attachments;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.GroupChats;

/// <summary>Group chats over REST.</summary>
internal static class GroupChatsApi
{
    public static void MapGroupChats(this WebApplication app)
    {
        var groups = app.MapGroup("/api/messaging/group-chats").RequireActiveCaller();
        groups.MapGet("/", List);
        groups.MapPost("/", Create);
        groups.MapPost("/create/", Create);
        groups.MapGet("/{id:long}/", Get);
        groups.MapPatch("/{id:long}/", Update);
        groups.MapDelete("/{id:long}/", Delete);
        groups.MapMembers();
    }

    private static async Task<Ok<List<GroupChatView>>> List(
        Caller me, HttpRequest request, GroupChatQueries groups, CancellationToken cancellation)
    {
        var all = await groups.List(me.UserId, cancellation);
        return TypedResults.Ok(all.ConvertAll(group => group.At(PublicUrls.Base(request))));
    }

    private static async Task<Results<Created<GroupChatView>, Rejected>> Create(
        Caller me, HttpRequest request, UploadReader uploads, CreateGroupChat create, CancellationToken cancellation)
    {
        var body = await uploads.Read(request, UploadLimits.Avatar, cancellation);
        if (body.IsRejected(out var rejection, out var received)) return new Rejected(rejection);
        await using var upload = received;
        var outcome = await create.Run(me.UserId, upload, cancellation);
        return outcome.IsRejected(out rejection, out var created)
            ? new Rejected(rejection)
            : TypedResults.Created($"/api/messaging/group-chats/{created.Id}/", created.At(PublicUrls.Base(request)));
    }

    private static async Task<Results<Ok<GroupChatView>, Rejected>> Get(
        Caller me, long id, HttpRequest request, GroupChatQueries groups, CancellationToken cancellation)
    {
        var outcome = await groups.Find(me.UserId, id, cancellation);
        return outcome.IsRejected(out var rejection, out var found)
            ? new Rejected(rejection)
            : TypedResults.Ok(found.At(PublicUrls.Base(request)));
    }

    private static async Task<Results<Ok<GroupChatView>, Rejected>> Update(
        Caller me, long id, HttpRequest request, UploadReader uploads, UpdateGroupChat update, CancellationToken cancellation)
    {
        if (await update.WhyNot(me.UserId, id, cancellation) is { } why) return new Rejected(why);
        var body = await uploads.Read(request, UploadLimits.Avatar, cancellation);
        if (body.IsRejected(out var rejection, out var received)) return new Rejected(rejection);
        await using var upload = received;
        var outcome = await update.Run(me.UserId, id, upload, cancellation);
        return outcome.IsRejected(out rejection, out var updated)
            ? new Rejected(rejection)
            : TypedResults.Ok(updated.At(PublicUrls.Base(request)));
    }

    private static async Task<Results<NoContent, Rejected>> Delete(
        Caller me, long id, DeleteGroupChat delete, CancellationToken cancellation)
        => await delete.Run(me.UserId, id, cancellation) is { } rejection ? new Rejected(rejection) : TypedResults.NoContent();
}
