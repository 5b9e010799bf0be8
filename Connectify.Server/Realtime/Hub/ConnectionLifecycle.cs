using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;
using Connectify.Server.Realtime.Feeds;
using Connectify.Server.Realtime.Signals;

namespace Connectify.Server.Realtime.Hub;

/// <summary>What happens when a connection comes and when it goes.</summary>
internal sealed class ConnectionLifecycle(
    ConnectionStore connections,
    SessionStateCache sessionStates,
    JoinChat joinChat,
    JoinMany joinMany,
    JoinInbox joinInbox,
    ChatFeeds feeds,
    SendFromSocket sendFromSocket,
    TypingBroadcaster typingBroadcaster,
    PresenceBroadcaster presenceBroadcaster,
    HandshakeThrottle throttle,
    SocketsSettings settings,
    Drain drain,
    ILogger<ConnectionLifecycle> log)
{
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2);

    /// <summary>Welcomes a connection.</summary>
    public async Task OnConnected(ClientConnection client, CancellationToken cancellation)
    {
        if (connections.OfUser(client.Caller.UserId).Count > settings.MaxConnectionsPerUser)
        {
            client.Close(CloseCodes.PolicyViolation, "too many connections");
            return;
        }

        if (drain.IsDraining)
        {
            // It connected while the drain was closing others.
            client.CloseGoingAway();
            return;
        }

        try
        {
            // An event that ended the account or login before this client was known here has closed nothing.
            if (await sessionStates.Of(client.Caller.UserId, client.Caller.SessionId, cancellation) is not { IsActive: true })
            {
                client.Close(CloseCodes.Unauthorized, "unauthorized");
                return;
            }

            if (client.Socket?.Chat is { } chat && !await JoinBoundChat(client, client.Socket, chat, cancellation)) return;
            if (client.IsInbox) await joinInbox.Start(client, cancellation);
            presenceBroadcaster.Connected(client);
            client.Socket?.Attempt.Forget();
        }
        catch (Exception e)
        {
            // SignalR doesn't call OnDisconnectedAsync for a connection that never came to be.
            log.LogWarning("A socket could not be opened: {Kind}", e.GetType().Name);
            await OnDisconnected(client);
            client.Close(CloseCodes.InternalError, "try again");
        }
    }

    /// <summary>Finishes a join whose client has been answered.</summary>
    public Task Finish(PendingJoin pending, CancellationToken cancellation)
        => OrReconnect(pending.CatchUp.Client, () => joinChat.Complete(pending, cancellation), cancellation);

    /// <summary>Finishes joins whose client has been answered, chat by chat.</summary>
    public Task Finish(ClientConnection client, IReadOnlyList<NamedJoin> begun, CancellationToken cancellation)
        => OrReconnect(client, () => joinMany.Complete(begun, cancellation), cancellation);

    private async Task OrReconnect(ClientConnection client, Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // It disconnected.
        }
        catch (Exception e)
        {
            // It reconnects and resumes.
            log.LogWarning("A client could not follow a chat: {Kind}", e.GetType().Name);
            client.Close(CloseCodes.InternalError, "try again");
        }
    }

    /// <summary>Tidies up after a connection.</summary>
    public async Task OnDisconnected(ClientConnection client)
    {
        await sendFromSocket.Finish(client).WaitAsync(LastWord).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        client.IsClosed = true;
        foreach (var chatId in client.Following.Keys) feeds.Unfollow(client, chatId);
        typingBroadcaster.Stop(client);
        presenceBroadcaster.Disconnected(client);
    }

    /// <summary>Replays what a socket for all chats missed, chat by chat.</summary>
    public Task Resume(ClientConnection client, ResumeFrame frame, CancellationToken cancellation)
        => client.IsInbox
            ? joinInbox.Resume(client, frame, cancellation)
            : throw new RejectedException(Rejection.BadRequest("invalid_frame", "Resume belongs to the socket for all chats: use since"));

    private async Task<bool> JoinBoundChat(ClientConnection client, SocketBinding socket, ChatRef chat, CancellationToken cancellation)
    {
        var begun = await joinChat.Begin(client, chat, socket.Since, cancellation);
        if (begun.IsRejected(out _, out var pending))
        {
            throttle.RecordFailure(socket.Attempt, CloseCodes.AccessDenied);
            client.Close(CloseCodes.AccessDenied, "access denied");
            return false;
        }

        client.SendHello(FramePayload.Of(chat, 0, new
        {
            seq = pending.Start.Seq,
            resumed = pending.Start.IsResumed,
            user_id = client.Caller.UserId,
        }));
        await joinChat.Complete(pending, cancellation);
        return true;
    }
}
