using Connectify.Server.ApiDocs;
using Connectify.Server.Attachments;
using Connectify.Server.Authentication;
using Connectify.Server.Messages.History;
using Connectify.Server.Messages.Reads;
using Connectify.Server.Messages.Sending;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Messages;

/// <summary>Messages over REST, in both spellings of the documents.</summary>
internal static class MessagesApi
{
    public static void MapMessages(this WebApplication app)
    {
        MapChat(app, "/api/messaging/conversations/{chatId:long}", ChatKind.Conversation);
        MapChat(app, "/api/messaging/group-chats/{chatId:long}", ChatKind.Group);

        var message = app.MapGroup("/api/messaging/messages/{id:long}").RequireActiveCaller().WithTags("Messages");
        message.MapGet("/", Get).Described("A message", 403, 404);
        message.MapMethods("/edit/", ["PUT", "PATCH"], Edit).Described("Give one's own message another content", 403, 404);
        message.MapDelete("/", Delete).Described("Delete one's own message", 403, 404);
        message.MapDelete("/delete/", Delete).IsAlias();
        message.MapPost("/react/", React).Described("React with an emoji; 200 where it was there already", 403, 404);
        message.MapDelete("/unreact/", Unreact)
            .Described("Take back one emoji, named in the query or as `emoji` in a JSON body, or all of one's own", 400, 403, 404, 413);
    }

    private static void MapChat(WebApplication app, string path, ChatKind kind)
    {
        var chat = app.MapGroup(path).RequireActiveCaller().WithTags("Messages");
        chat.MapGet("/messages/", (Caller me, long chatId, ListMessages list, HttpRequest request, CancellationToken cancellation)
            => list.Run(me, new ChatRef(kind, chatId), request, cancellation).ToResult(TypedResults.Ok))
            .AcceptsPage(hasCursors: true).Described("The messages of a chat, newest first", 400, 403, 404);
        MapSend("/send_message/").AcceptsBody<MessageBody>(files: NewAttachment.Field)
            .Described("Send a message; 200 where its client_message_id was sent before", 403, 404);
        MapSend("/send-message/").IsAlias();
        chat.MapPost("/read/", (Caller me, long chatId, Body<ReadBody> body, MarkRead markRead, CancellationToken cancellation)
            => Read(me, new ChatRef(kind, chatId), body, markRead, cancellation))
            .Described("Mark messages as read, each on its own", 403, 404);

        RouteHandlerBuilder MapSend(string spelling)
            => chat.MapPost(spelling, (Caller me, long chatId, SendOverRest send, HttpRequest request, CancellationToken cancellation)
                => Send(me, new ChatRef(kind, chatId), send, request, cancellation));
    }

    private static async Task<Results<Created<MessageView>, Ok<MessageView>, Rejected>> Send(
        Caller me, ChatRef chat, SendOverRest send, HttpRequest request, CancellationToken cancellation)
    {
        var outcome = await send.Run(me, chat, request, cancellation);
        if (outcome.IsRejected(out var rejection, out var sent)) return (Rejected)rejection;
        var message = sent.Message.WithBaseUrl(PublicUrls.Base(request));
        return sent.IsRepeat ? TypedResults.Ok(message) : TypedResults.Created(PublicUrls.Location(request, $"/api/messaging/messages/{message.Id}/"), message);
    }

    private static async Task<Results<Ok<NewlyRead>, Rejected>> Read(
        Caller me, ChatRef chat, Body<ReadBody> body, MarkRead markRead, CancellationToken cancellation)
    {
        var outcome = await body.Then(wanted => markRead.Run(
            me, chat, wanted.MessageIds ?? [wanted.MessageId ?? 0], asBatch: wanted.MessageIds is not null, cancellation));
        if (outcome.IsRejected(out var rejection, out var read)) return (Rejected)rejection;
        return read.Missing.Count > 0
            ? (Rejected)MessageRejections.NotAllFound(read.Missing)
            : TypedResults.Ok(new NewlyRead(read.NewlyRead));
    }

    // One moment: a message deleted between the two reads would be shown empty.
    private static Task<Results<Ok<MessageView>, Rejected>> Get(
        Caller me, long id, Database database, MessageQueries messages, HttpRequest request, CancellationToken cancellation)
        => database.Snapshot<Outcome<MessageView>>(
            async snapshot => (await MessageAccess.Find(snapshot, me.UserId, id, cancellation)).Rejection is { } rejection
                ? rejection
                : await messages.Single(snapshot, id, cancellation),
            cancellation).ToResult(message => TypedResults.Ok(message.WithBaseUrl(PublicUrls.Base(request))));

    private static Task<Results<Ok<MessageView>, Rejected>> Edit(
        Caller me, long id, Body<EditBody> body, EditMessage edit, HttpRequest request, CancellationToken cancellation)
        => body.Then(wanted => edit.Run(me, id, wanted.Content, cancellation))
            .ToResult(edited => TypedResults.Ok(edited.WithBaseUrl(PublicUrls.Base(request))));

    private static Task<Results<NoContent, Rejected>> Delete(Caller me, long id, DeleteMessage delete, CancellationToken cancellation)
        => delete.Run(me, id, cancellation).ToResult(_ => TypedResults.NoContent());

    private static async Task<Results<Created<ReactionView>, Ok<ReactionView>, Rejected>> React(
        Caller me, long id, Body<ReactionBody> body, ReactToMessage react, CancellationToken cancellation)
    {
        var outcome = await body.Then(wanted => react.Add(me, id, wanted.Emoji, cancellation));
        if (outcome.IsRejected(out var rejection, out var reacted)) return (Rejected)rejection;
        return reacted.IsNew ? TypedResults.Created((string?)null, reacted.Reaction) : TypedResults.Ok(reacted.Reaction);
    }

    private static async Task<Results<NoContent, Rejected>> Unreact(
        Caller me, long id, string? emoji, ReactToMessage react, HttpRequest request, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(emoji))
        {
            if ((await Fields.ReadJsonIfAny(request)).IsRejected(out var malformed, out var fields)) return (Rejected)malformed;
            emoji = fields.Text("emoji", int.MaxValue);
            if (fields.Rejection is { } invalid) return (Rejected)invalid;
        }

        // A NUL can be in no emoji, and PostgreSQL can't be asked for one.
        var one = string.IsNullOrEmpty(emoji) ? null : emoji.Replace("\0", " ", StringComparison.Ordinal);
        var outcome = await react.Remove(me, id, one, cancellation);
        return outcome.Rejection is { } rejection ? (Rejected)rejection : TypedResults.NoContent();
    }
}

/// <summary>What was unread until now.</summary>
/// <param name="MessageIds">In ascending order.</param>
internal sealed record NewlyRead(IReadOnlyList<long> MessageIds);

/// <summary>A message to be. It needs content or an attachment.</summary>
/// <param name="Content">At most 10,000 UTF-16 code units, kept exactly as sent.</param>
/// <param name="ReplyTo">A message of the same chat.</param>
/// <param name="ClientMessageId">1 to 64 characters of the client's choice: sent again with it, the message is not stored again.</param>
/// <param name="AttachmentTypes">For each attachment image, video, document or audio; left out, it is found in the content.</param>
[Example("""{"content": "Hello, how are you?", "reply_to": null}""")]
internal sealed record MessageBody(
    string? Content = null, long? ReplyTo = null, string? ClientMessageId = null, IReadOnlyList<string>? AttachmentTypes = null);

/// <summary>Messages that were read: a list, or one.</summary>
/// <param name="MessageIds">1 to 1,000.</param>
/// <param name="MessageId">Instead of the list.</param>
[Example("""{"message_ids": [123, 124]}""")]
internal sealed record ReadBody(IReadOnlyList<long>? MessageIds = null, long? MessageId = null) : IBody<ReadBody>
{
    public static ReadBody Read(Fields fields) => fields.Has("message_ids")
        ? new(MessageIds: fields.RequiredIds("message_ids", Protocol.FrameReader.MaxListLength))
        : new(MessageId: fields.RequiredId("message_id"));
}

/// <summary>Another content.</summary>
/// <param name="Content">As in a new message.</param>
[Example("""{"content": "Updated message content"}""")]
internal sealed record EditBody(string Content) : IBody<EditBody>
{
    public static EditBody Read(Fields fields) => new(fields.Text("content", int.MaxValue) ?? "");
}

/// <summary>A reaction to be.</summary>
/// <param name="Emoji">1 to 32 characters without white space.</param>
[Example("""{"emoji": "👍"}""")]
internal sealed record ReactionBody(string Emoji) : IBody<ReactionBody>
{
    public static ReactionBody Read(Fields fields) => new(fields.Text("emoji", 1000) ?? "");
}
