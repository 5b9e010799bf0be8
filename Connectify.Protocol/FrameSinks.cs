using System.Buffers.Binary;
using System.Net.WebSockets;

namespace Connectify.Protocol;

/// <summary>Where the frames of one client are written.</summary>
public interface IFrameSink
{
    /// <summary>Whether several frames may go into one <see cref="Write"/>.</summary>
    bool TakesSeveralFrames { get; }

    /// <summary>Writes whole frames; completes when the transport has taken them.</summary>
    ValueTask Write(ReadOnlyMemory<byte> frames);
}

/// <summary>Straight to the upgraded stream: the frames are on the wire as they are.</summary>
internal sealed class StreamSink(Stream stream) : IFrameSink
{
    public bool TakesSeveralFrames => true;

    public ValueTask Write(ReadOnlyMemory<byte> frames) => stream.WriteAsync(frames);
}

/// <summary>Through the framework's <see cref="WebSocket"/>, where no upgraded stream can be had (HTTP/2).</summary>
internal sealed class WebSocketSink(WebSocket socket) : IFrameSink
{
    public bool TakesSeveralFrames => false;

    public async ValueTask Write(ReadOnlyMemory<byte> frames)
    {
        var payload = FrameWriter.PayloadOf(frames);
        switch (frames.Span[0])
        {
            case FrameWriter.TextFrame:
                await socket.SendAsync(payload, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                break;
            case FrameWriter.CloseFrame:
                var code = (WebSocketCloseStatus)BinaryPrimitives.ReadUInt16BigEndian(payload.Span);
                await socket.CloseOutputAsync(code, null, CancellationToken.None);
                break;
            default:
                // Pings: here the framework sends its own.
                break;
        }
    }
}
