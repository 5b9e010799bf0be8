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

    /// <summary>Begins a send; called for one frame after the other.</summary>
    public async Task Run(ClientConnection client, Draft draft)
    {
        var sending = Send(client, draft);
        client.LastPendingSend = sending;
        if (client.PendingSends >= MaxUnderWay || sendMessage.IsBackpressured) await sending;
    }

    private async Task Send(ClientConnection client, Draft draft)
    {
        client.CountSends(1);
        try
        {
            // Whoever sends and closes has sent: it is stored whether or not he waits for it.
            var outcome = await sendMessage.Run(client.Caller, draft, CancellationToken.None);
            if (outcome.Rejection is { } rejection) Refuse(client, draft, rejection);

            // A plain socket hears of its message like everybody else; a repeat is told to it alone.
            else if (outcome.Value.IsRepeat) client.Send(Frames.Message, MessageEvents.Repeated(outcome.Value.Message));
        }
        catch (Exception e)
        {
            Refuse(client, draft, ChatHubFilter.RejectionFor(e, nameof(ChatHub.SendMessage), log));
        }
        finally
        {
            client.CountSends(-1);
        }
    }

    private static void Refuse(ClientConnection client, Draft draft, Rejection rejection)
        => client.WebSocket!.Queue.Enqueue(SocketRejections.Frame(rejection, draft.ClientMessageId));
}
