using Connectify.Server.ApiDocs;
using Connectify.Server.Authentication;
using Connectify.Server.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Conversations;

/// <summary>Conversations over REST.</summary>
internal static class ConversationsApi
{
    public static void MapConversations(this WebApplication app)
    {
        var conversations = app.MapGroup("/api/messaging/conversations").RequireActiveCaller().WithTags("Conversations");
        conversations.MapGet("/", List).Described("My conversations, newest activity first");
        conversations.MapPost("/", Create).AcceptsBody<ConversationBody>().Described("Start a conversation");
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

    private static async Task<Results<Created<ConversationView>, Rejected>> Create(
        Caller me, HttpRequest request, MessagingSettings settings, CreateConversation create, CancellationToken cancellation)
    {
        if ((await Fields.ReadJson(request)).IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        if (ConversationDraft.From(fields, settings).IsRejected(out rejection, out var draft)) return new Rejected(rejection);
        var outcome = await create.Run(me.UserId, draft, cancellation);
        return outcome.IsRejected(out rejection, out var created)
            ? new Rejected(rejection)
            : TypedResults.Created(PublicUrls.Location(request, $"/api/messaging/conversations/{created.Id}/"), created.WithBaseUrl(PublicUrls.Base(request)));
    }

    private static async Task<Results<Ok<ConversationView>, Rejected>> Get(
        Caller me, long id, HttpRequest request, ConversationQueries conversations, CancellationToken cancellation)
    {
        var outcome = await conversations.Find(me.UserId, id, cancellation);
        return outcome.IsRejected(out var rejection, out var found)
            ? new Rejected(rejection)
            : TypedResults.Ok(found.WithBaseUrl(PublicUrls.Base(request)));
    }

    private static async Task<Results<NoContent, Rejected>> Delete(
        Caller me, long id, DeleteConversation delete, CancellationToken cancellation)
        => await delete.Run(me.UserId, id, cancellation) is { } rejection ? new Rejected(rejection) : TypedResults.NoContent();
}

/// <summary>A conversation to be.</summary>
/// <param name="ParticipantId">The other participant's user id.</param>
/// <param name="OrganizationId">The organization; both participants must belong to it.</param>
/// <param name="InitialMessage">The first message; none if absent.</param>
[Example("""{"participant_id": 2, "organization_id": 1, "initial_message": "Hello, let's chat!"}""")]
internal sealed record ConversationBody(long ParticipantId, long OrganizationId, string? InitialMessage = null);
