using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Realtime.Events;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime.Connections;

/// <summary>A connection whose WebSocket is written directly: a plain socket's, or a SignalR client's.</summary>
/// <param name="connection">What SignalR knows of it.</param>
/// <param name="webSocket">Its WebSocket.</param>
/// <param name="caller">Whose it is.</param>
/// <param name="protocol">Encodes events as complete frames.</param>
/// <param name="maxQueuedBytes">The most bytes that may wait for it.</param>
internal sealed class WebSocketConnection(HubConnectionContext connection, SocketConnection webSocket, Caller caller, IHubProtocol protocol, int maxQueuedBytes)
    : ClientConnection(connection, caller, connection.Features.Get<SocketBinding>())
{
    private static readonly SerializedHubMessage CloseWithReconnect = new(new CloseMessage(error: null, allowReconnect: true));
    private static readonly SerializedHubMessage CloseForGood = new(CloseMessage.Empty);

    public SocketConnection WebSocket => webSocket;

    public override int QueuedBytes => webSocket.Queue.QueuedBytes;

    public override TimeSpan BlockedFor => webSocket.Queue.BlockedFor;

    public override void Send(EventBatch batch) => batch.Enqueue(webSocket.Queue, protocol, BaseUrl, UserId);

    public override void Send(SerializedHubMessage message) => webSocket.Queue.Enqueue(message.GetSerializedMessage(protocol));

    public override async Task SendPaced(ChatEvent happened, CancellationToken cancellation)
    {
        Send(happened);
        if (QueuedBytes > maxQueuedBytes / 4) await webSocket.Queue.WhenDrained().WaitAsync(cancellation);
    }

    public override void SendHello(ReadOnlyMemory<byte> json) => webSocket.Queue.ResumeWith(FrameWriter.Text(Frames.Hello, json.Span));

    public override void Refuse(Rejection rejection, string? clientMessageId = null)
    {
        if (Socket is null) base.Refuse(rejection, clientMessageId);
        else webSocket.Queue.Enqueue(SocketRejections.Frame(rejection, clientMessageId));
    }

    public override void Close(int code, string reason)
    {
        if (Socket is null) Send(code is CloseCodes.GoingAway or CloseCodes.InternalError or CloseCodes.TryAgainLater ? CloseWithReconnect : CloseForGood);
        webSocket.Close(code, reason);
    }

    public override void CloseGoingAway() => Close(CloseCodes.GoingAway, "server shutting down");

    public override void Abort() => webSocket.Abort();
}
