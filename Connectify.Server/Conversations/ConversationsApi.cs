using Connectify.Server.ApiDocs;
using Connectify.Server.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Conversations;

/// <summary>Conversations over REST.</summary>
internal static class ConversationsApi
{
    public static void MapConversations(this WebApplication app)
    {
        var conversations = app.MapGroup("/api/messaging/conversations").RequireActiveCaller().WithTags("Conversations");
        conversations.MapGet("/", List).Described("My conversations, newest activity first");
        conversations.MapPost("/", Create).Described("Start a conversation");
        conversations.MapPost("/create/", Create).IsAlias();
        conversations.MapGet("/{id:long}/", Get).Described("A conversation with its newest 20 messages", 403, 404);
        conversations.MapDelete("/{id:long}/", Delete).Described("End a conversation, for both", 403, 404);
    }

    private static async Task<Ok<List<ConversationView>>> List(
        Caller me, HttpRequest request, ConversationQueries conversations, CancellationToken cancellation)
    {
        var all = await conversations.List(me.UserId, cancellation);
        return TypedResults.Ok(all.ConvertAll(conversation => conversation.WithBaseUrl(PublicUrls.Base(request))));
    }

    private static Task<Results<Created<ConversationView>, Rejected>> Create(
        Caller me, Body<ConversationBody> body, HttpRequest request, CreateConversation create, CancellationToken cancellation)
        => body.Then(wanted => create.Run(me.UserId, wanted, cancellation)).ToResult(created => TypedResults.Created(
            PublicUrls.Location(request, $"/api/messaging/conversations/{created.Id}/"), created.WithBaseUrl(PublicUrls.Base(request))));

    private static Task<Results<Ok<ConversationView>, Rejected>> Get(
        Caller me, long id, HttpRequest request, ConversationQueries conversations, CancellationToken cancellation)
        => conversations.Find(me.UserId, id, cancellation).ToResult(found => TypedResults.Ok(found.WithBaseUrl(PublicUrls.Base(request))));

    private static Task<Results<NoContent, Rejected>> Delete(
        Caller me, long id, DeleteConversation delete, CancellationToken cancellation)
        => delete.Run(me.UserId, id, cancellation).ToResult();
}
