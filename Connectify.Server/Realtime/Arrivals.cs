using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Hosting;

namespace Connectify.Server.Realtime;

/// <summary>What happens when a connection comes and when it goes.</summary>
internal sealed class Arrivals(
    Clients clients,
    FollowChat followChat,
    FollowInbox followInbox,
    ChatFeeds feeds,
    TellTyping tellTyping,
    TellPresence tellPresence,
    SocketsSettings settings,
    ILogger<Arrivals> log)
{
    /// <summary>Welcomes a connection.</summary>
    public async Task Arrived(Client client, CancellationToken cancellation)
    {
        if (clients.OfUser(client.Caller.UserId).Count > settings.MaxConnectionsPerUser)
        {
            client.Close(CloseCodes.PolicyViolation, "too many connections");
            return;
        }

        try
        {
            if (client.Socket?.Chat is { } chat && !await Bind(client, client.Socket, chat, cancellation)) return;
            if (client.IsInbox) await followInbox.Start(client, cancellation);
            tellPresence.Connected(client);
        }
        catch (Exception e)
        {
            // SignalR doesn't call OnDisconnectedAsync for a connection that never came to be.
            log.LogWarning("A socket could not be opened: {Kind}", e.GetType().Name);
            await Left(client);
            client.Close(CloseCodes.InternalError, "try again");
        }
    }

    /// <summary>Tidies up after a connection.</summary>
    public Task Left(Client client)
    {
        foreach (var chatId in client.Following.Keys) feeds.Unfollow(client, chatId);
        tellTyping.Stop(client);
        tellPresence.Disconnected(client);
        return Task.CompletedTask;
    }

    /// <summary>Replays what a socket for all chats missed, chat by chat.</summary>
    public Task Resume(Client client, ResumeFrame frame, CancellationToken cancellation)
        => client.IsInbox
            ? followInbox.Resume(client, frame, cancellation)
            : throw new RejectedException(Rejection.BadRequest("invalid_frame", "Resume belongs to the socket for all chats: use since"));

    private async Task<bool> Bind(Client client, RawSocket socket, ChatRef chat, CancellationToken cancellation)
    {
        var started = await followChat.Run(client, chat, socket.Since, Hello, cancellation);
        if (started.Rejection is null) return true;
        socket.Refused();
        client.Close(CloseCodes.AccessDenied, "access denied");
        return false;

        void Hello(FeedStart start) => client.Send(
            Frames.Hello,
            Payload.Of(chat, 0, new { seq = start.Seq, resumed = start.IsResumed, user_id = client.Caller.UserId }));
    }
}
