using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Messages;
using Connectify.Server.Messages.Reads;
using Connectify.Server.Messages.Sending;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Feeds;
using Connectify.Server.Realtime.Signals;
using Microsoft.AspNetCore.SignalR;

namespace Connectify.Server.Realtime.Hub;

/// <summary>
/// The one hub, for SignalR clients and plain sockets alike: each method takes the frame of its name.
/// What a caller may do is decided by the use case, in the query that does it.
/// </summary>
internal sealed class ChatHub(
    ConnectionStore connections, ConnectionLifecycle lifecycle, SendMessage sendMessage, SendFromSocket sendFromSocket, MarkRead markRead, TypingBroadcaster typingBroadcaster, JoinChat joinChat, JoinMany joinMany, ChatFeeds feeds)
    : Microsoft.AspNetCore.SignalR.Hub
{
    private ClientConnection Client => connections.TryGet(Context.ConnectionId, out var client) ? client : throw new HubException("The connection has ended");

    private Caller Me => Client.Caller;

    public override Task OnConnectedAsync() => lifecycle.OnConnected(Client, Context.ConnectionAborted);

    public override Task OnDisconnectedAsync(Exception? exception) => lifecycle.OnDisconnected(Client);

    public async Task<MessageView?> SendMessage(SendFrame frame)
    {
        var client = Client;
        var draft = new Draft
        {
            Chat = ChatOf(frame),
            Content = frame.Content,
            ReplyTo = frame.ReplyTo,
            ClientMessageId = frame.ClientMessageId,
            Via = client.Socket is null ? SentVia.Hub : SentVia.Socket,
        };

        if (client.Socket is null) return Accept(await sendMessage.Run(client.Caller, draft, CancellationToken.None)).Message.WithBaseUrl(client.BaseUrl);
        await sendFromSocket.Run(client, draft);
        return null;
    }

    public async Task Typing(TypingFrame frame)
        => Accept(await typingBroadcaster.Run(Client, ChatOf(frame), frame.IsTyping, Context.ConnectionAborted));

    public async Task Read(ReadFrame frame)
    {
        var read = Accept(await markRead.Run(Me, ChatOf(frame), frame.MessageIds, frame.IsBatch, CancellationToken.None));
        if (read.Missing.Count > 0) throw new RejectedException(MessageRejections.NotAllFound(read.Missing));
    }

    public async Task<JoinReply> Join(JoinFrame frame)
    {
        // What was missed, and all that is new, goes after the reply: see HubJsonProtocol.
        var client = Client;
        var pending = Accept(await joinChat.Begin(client, ChatOf(frame), frame.Since, Context.ConnectionAborted));
        var aborted = Context.ConnectionAborted;
        var reply = new JoinReply(pending.Start.Seq, pending.Start.IsResumed) { Written = () => _ = lifecycle.Finish(pending, aborted) };
        if (!frame.IsAnswered) reply.Written();
        return reply;
    }

    public async Task<JoinManyReply> JoinMany(JoinManyFrame frame)
    {
        var (client, aborted) = (Client, Context.ConnectionAborted);
        var begun = await joinMany.Begin(client, frame.Chats, aborted);
        var reply = new JoinManyReply([.. begun.Select(one => new JoinResult(one.Name, one.Join?.Start, one.Rejection))])
        {
            Written = () => _ = lifecycle.Finish(client, begun, aborted),
        };
        if (!frame.IsAnswered) reply.Written();
        return reply;
    }

    public Task Leave(LeaveFrame frame)
    {
        var (client, chat) = (Client, ChatOf(frame));
        if (!client.Following.TryGetValue(chat.Id, out var followed) || followed != chat) return Task.CompletedTask;
        typingBroadcaster.Stop(client, chat.Id);
        feeds.Unfollow(client, chat.Id);
        return Task.CompletedTask;
    }

    public Task Resume(ResumeFrame frame) => lifecycle.Resume(Client, frame, Context.ConnectionAborted);

    public PongReply Ping() => PongReply.For(Me);

    private ChatRef ChatOf(ChatFrame frame)
        => Client.Socket?.Chat ?? ChatRef.Of(frame.Chat) ?? throw new RejectedException(
            Rejection.BadRequest("invalid_frame", "conversation_id or group_chat_id is required"));

    private static T Accept<T>(Outcome<T> outcome)
        => outcome.Rejection is { } rejection ? throw new RejectedException(rejection) : outcome.Value;
}
