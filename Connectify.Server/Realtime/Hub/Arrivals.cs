using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;
using Connectify.Server.Realtime.Feeds;
using Connectify.Server.Realtime.Signals;

namespace Connectify.Server.Realtime.Hub;

/// <summary>What happens when a connection comes and when it goes.</summary>
internal sealed class Arrivals(
    Clients clients,
    Standings standings,
    FollowChat followChat,
    FollowInbox followInbox,
    ChatFeeds feeds,
    TellTyping tellTyping,
    TellPresence tellPresence,
    Refusals refusals,
    SocketsSettings settings,
    Drain drain,
    ILogger<Arrivals> log)
{
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2);

    /// <summary>Welcomes a connection.</summary>
    public async Task Arrived(Client client, CancellationToken cancellation)
    {
        if (clients.OfUser(client.Caller.UserId).Count > settings.MaxConnectionsPerUser)
        {
            client.Close(CloseCodes.PolicyViolation, "too many connections");
            return;
        }

        if (drain.IsUnderWay)
        {
            // Came in while the others were told good-bye.
            client.SendAway();
            return;
        }

        try
        {
            // An event that ended the account or login before this client was known here has closed nothing.
            if (await standings.Of(client.Caller.UserId, client.Caller.SessionId, cancellation) is not { IsActive: true })
            {
                client.Close(CloseCodes.Unauthorized, "unauthorized");
                return;
            }

            if (client.Socket?.Chat is { } chat && !await Bind(client, client.Socket, chat, cancellation)) return;
            if (client.IsInbox) await followInbox.Start(client, cancellation);
            tellPresence.Connected(client);
            client.Socket?.Knock.Forget();
        }
        catch (Exception e)
        {
            // SignalR doesn't call OnDisconnectedAsync for a connection that never came to be.
            log.LogWarning("A socket could not be opened: {Kind}", e.GetType().Name);
            await Left(client);
            client.Close(CloseCodes.InternalError, "try again");
        }
    }

    /// <summary>Finishes a following whose client has been answered.</summary>
    public async Task Finish(Following following, CancellationToken cancellation)
    {
        var client = following.Joining.Client;
        try
        {
            await followChat.Finish(following, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // It has gone.
        }
        catch (Exception e)
        {
            // It comes again, rather than to miss something.
            log.LogWarning("A client could not follow a chat: {Kind}", e.GetType().Name);
            client.Close(CloseCodes.InternalError, "try again");
        }
    }

    /// <summary>Tidies up after a connection.</summary>
    public async Task Left(Client client)
    {
        // Who closes after a message is told what became of it before he is answered.
        await client.LastSend.WaitAsync(LastWord).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        client.IsGone = true;
        foreach (var chatId in client.Following.Keys) feeds.Unfollow(client, chatId);
        tellTyping.Stop(client);
        tellPresence.Disconnected(client);
    }

    /// <summary>Replays what a socket for all chats missed, chat by chat.</summary>
    public Task Resume(Client client, ResumeFrame frame, CancellationToken cancellation)
        => client.IsInbox
            ? followInbox.Resume(client, frame, cancellation)
            : throw new RejectedException(Rejection.BadRequest("invalid_frame", "Resume belongs to the socket for all chats: use since"));

    private async Task<bool> Bind(Client client, RawSocket socket, ChatRef chat, CancellationToken cancellation)
    {
        var begun = await followChat.Begin(client, chat, socket.Since, cancellation);
        if (begun.IsRejected(out _, out var following))
        {
            refusals.Note(socket.Knock, CloseCodes.AccessDenied);
            client.Close(CloseCodes.AccessDenied, "access denied");
            return false;
        }

        client.Greet(Payload.Of(chat, 0, new
        {
            seq = following.Start.Seq,
            resumed = following.Start.IsResumed,
            user_id = client.Caller.UserId,
        }));
        await followChat.Finish(following, cancellation);
        return true;
    }
}
