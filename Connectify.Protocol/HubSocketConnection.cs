using System.Buffers;
using System.IO.Pipelines;
using System.Security.Claims;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Connectify.Protocol;

/// <summary>
/// The WebSocket of a SignalR client. Its messages are a stream of SignalR's records: clients put as many into one as they
/// have, so what is bounded is a record.
/// </summary>
public sealed class HubSocketConnection : SocketConnection, ITransferFormatFeature, IConnectionHeartbeatFeature
{
    // Ends a record.
    private const byte Separator = 0x1e;

    // SignalR's close record, without allowReconnect: a client that reconnects would send the same again.
    private static readonly byte[] TooLarge = FrameWriter.Text("{\"type\":7,\"error\":\"The message is too large\"}\u001e"u8);

    private readonly int _maxRecordBytes;
    private readonly Lock _gate = new();
    private int _recordBytes;
    private (Action<object> Beat, object State)[] _beats = [];

    /// <param name="transport">From <see cref="Handshake.Serve"/>.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="options">Limits.</param>
    /// <param name="maxRecordBytes">The longest record, its separator included: a longer one closes with 1009. The hub's own limit.</param>
    public HubSocketConnection(FrameTransport transport, ClaimsPrincipal user, SocketOptions options, int maxRecordBytes)
        : base(transport, user, options, maxMessageBytes: null)
    {
        _maxRecordBytes = maxRecordBytes;
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
        if (!IsWithinLimit(message.Span))
        {
            Queue.Enqueue(TooLarge);
            Close(CloseCodes.TooBig, "record too large");
            return false;
        }

        input.Write(message.Span);
        return true;
    }

    private bool IsWithinLimit(ReadOnlySpan<byte> piece)
    {
        while (piece.IndexOf(Separator) is >= 0 and var end)
        {
            if (_recordBytes + end >= _maxRecordBytes) return false;
            _recordBytes = 0;
            piece = piece[(end + 1)..];
        }

        _recordBytes += piece.Length;
        return _recordBytes < _maxRecordBytes;
    }
}
