using System.Buffers;
using System.IO.Pipelines;
using System.Security.Claims;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Connectify.Protocol;

/// <summary>
/// The WebSocket of a SignalR client. Its messages are a stream of SignalR's records: clients put as many into one as they
/// have, so what bounds them is the hub's limit of a record.
/// </summary>
public sealed class HubSocketConnection : SocketConnection, ITransferFormatFeature, IConnectionHeartbeatFeature
{
    private readonly Lock _gate = new();
    private (Action<object> Beat, object State)[] _beats = [];

    /// <param name="transport">From <see cref="Handshake.Serve"/>.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="options">Limits.</param>
    public HubSocketConnection(FrameTransport transport, ClaimsPrincipal user, SocketOptions options)
        : base(transport, user, options, maxMessageBytes: null)
    {
        Output = new SocketOutput(records => Queue.Enqueue(FrameWriter.Text(records)));
        Features.Set<ITransferFormatFeature>(this);
        Features.Set<IConnectionHeartbeatFeature>(this);
    }

    /// <inheritdoc />
    public override PipeWriter Output { get; }

    /// <summary>That there is an answer keeps clients from asking for a protocol of plain sockets.</summary>
    public TransferFormat SupportedFormats => TransferFormat.Text;

    /// <inheritdoc />
    public TransferFormat ActiveFormat { get; set; } = TransferFormat.Text;

    /// <inheritdoc />
    public void OnHeartbeat(Action<object> action, object state)
    {
        lock (_gate) _beats = [.. _beats, (action, state)];
    }

    /// <summary>Lets SignalR look after the connection: its pings, and the client's.</summary>
    public override void Tick()
    {
        foreach (var (beat, state) in _beats) beat(state);
    }

    private protected override bool Take(ReadOnlyMemory<byte> message, PipeWriter input)
    {
        input.Write(message.Span);
        return true;
    }
}
