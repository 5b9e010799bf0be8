using System.Collections.Concurrent;
using Connectify.Protocol;
using Connectify.Server.Messages;
using Connectify.Server.Messages.Sending;
using Connectify.Server.Realtime.Connections;

namespace Connectify.Server.Realtime.Hub;

/// <summary>
/// Sends what comes in <c>message</c> frames of plain sockets. The next frame is taken while earlier ones
/// are being stored, so one busy socket's messages share commits too; their order stays.
/// </summary>
internal sealed class SendFromSocket(SendMessage sendMessage, ILogger<SendFromSocket> log)
{
    // Of one socket; then, or when all together are too many, its next frame waits, and after it the client.
    private const int MaxUnderWay = 64;

    private readonly ConcurrentDictionary<string, PendingSends> _byConnection = new();

    /// <summary>Begins a send; called for one frame after the other.</summary>
    public async Task Run(ClientConnection client, Draft draft)
    {
        var pending = _byConnection.GetOrAdd(client.Id, static _ => new PendingSends());
        var sending = Send(client, pending, draft);
        pending.Last = sending;
        if (pending.Count >= MaxUnderWay || sendMessage.IsBackpressured) await sending;
    }

    /// <summary>Call it when a connection closes. Pending sends are answered before the close.</summary>
    /// <returns>Complete when its last send is.</returns>
    public Task Finish(ClientConnection client) => _byConnection.TryRemove(client.Id, out var pending) ? pending.Last : Task.CompletedTask;

    private async Task Send(ClientConnection client, PendingSends pending, Draft draft)
    {
        Interlocked.Increment(ref pending.Count);
        try
        {
            // A send counts although its client closes: it is stored whether or not the client waits.
            var outcome = await sendMessage.Run(client.Caller, draft, CancellationToken.None);
            if (outcome.Rejection is { } rejection) client.Refuse(rejection, draft.ClientMessageId);

            // A plain socket gets its message from the feed; only a repeat is answered to it alone.
            else if (outcome.Value.IsRepeat) client.Send(Frames.Message, MessageEvents.Repeated(outcome.Value.Message));
        }
        catch (Exception e)
        {
            client.Refuse(ChatHubFilter.RejectionFor(e, nameof(ChatHub.SendMessage), log), draft.ClientMessageId);
        }
        finally
        {
            Interlocked.Decrement(ref pending.Count);
        }
    }

    /// <summary>The sends of one connection that are being stored.</summary>
    private sealed class PendingSends
    {
        public int Count;

        public Task Last { get; set; } = Task.CompletedTask;
    }
}
