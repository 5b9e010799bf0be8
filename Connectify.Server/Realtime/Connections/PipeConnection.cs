using Connectify.Server.Authentication;
using Connectify.Server.Realtime.Events;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime.Connections;

/// <summary>A SignalR client on server-sent events or long polling: SignalR writes to its pipe.</summary>
/// <param name="connection">What SignalR knows of it.</param>
/// <param name="caller">Whose it is.</param>
/// <param name="protocol">Encodes events.</param>
/// <param name="maxQueuedBytes">The most bytes that may wait for it.</param>
internal sealed class PipeConnection(HubConnectionContext connection, Caller caller, IHubProtocol protocol, int maxQueuedBytes)
    : ClientConnection(connection, caller, socket: null)
{
    private static readonly SerializedHubMessage CloseWithReconnect = new(new CloseMessage(error: null, allowReconnect: true));

    private readonly HubConnectionContext _connection = connection;
    private readonly Lock _gate = new();
    private int _pendingBytes;
    private long _pendingSince;

    public override int QueuedBytes => Volatile.Read(ref _pendingBytes);

    public override TimeSpan BlockedFor => Volatile.Read(ref _pendingSince) is > 0 and var since
        ? TimeSpan.FromMilliseconds(Environment.TickCount64 - since)
        : TimeSpan.Zero;

    public override void Send(EventBatch batch)
    {
        foreach (var happened in batch.Events.Where(happened => happened.IsFor(UserId))) Send(happened);
    }

    public override void Send(SerializedHubMessage message) => _ = Write(message);

    public override Task SendPaced(ChatEvent happened, CancellationToken cancellation) => Write(happened.Encoded.For(BaseUrl));

    public override void Close(int code, string reason) => _connection.Abort();

    public override void CloseGoingAway() => Send(CloseWithReconnect);

    public override void Abort()
    {
        _connection.Abort();
        try
        {
            _connection.Features.Get<IHttpContextFeature>()?.HttpContext?.Abort();
        }
        catch (ObjectDisposedException)
        {
            // The request has ended already.
        }
    }

    private Task Write(SerializedHubMessage message)
    {
        var length = message.GetSerializedMessage(protocol).Length;
        if (QueuedBytes is > 0 and var pending && pending + length > maxQueuedBytes)
        {
            Metrics.ConnectionAborted(Diagnostics.Metrics.QueueFull);
            Abort();
            return Task.CompletedTask;
        }

        var write = _connection.WriteAsync(message);
        return write.IsCompletedSuccessfully ? Task.CompletedTask : Finish(write, length);
    }

    private async Task Finish(ValueTask write, int length)
    {
        lock (_gate)
        {
            if (_pendingBytes == 0) Volatile.Write(ref _pendingSince, Environment.TickCount64);
            _pendingBytes += length;
        }

        try
        {
            await write;
        }
        finally
        {
            lock (_gate)
            {
                // What still waits was written later: its time starts now.
                _pendingBytes -= length;
                Volatile.Write(ref _pendingSince, _pendingBytes == 0 ? 0 : Environment.TickCount64);
            }
        }
    }
}
