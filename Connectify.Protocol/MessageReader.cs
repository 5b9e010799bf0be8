using System.Buffers;
using System.Net.WebSockets;

namespace Connectify.Protocol;

/// <summary>One message from a client.</summary>
/// <param name="Message">Its bytes, valid until the reader is used again.</param>
/// <param name="Violation">The close code it deserves instead, or null.</param>
internal readonly record struct ReceivedMessage(ReadOnlyMemory<byte> Message, int? Violation);

/// <summary>
/// Puts the messages of a WebSocket together. Between messages it waits with a zero-byte read, so that
/// an idle client holds no buffer.
/// </summary>
internal sealed class MessageReader(WebSocket socket, int maxBytes)
{
    private const int FirstBufferBytes = 4096;

    private byte[]? _buffer;
    private bool _isSkipping;

    /// <returns>The next message; null when the client has closed.</returns>
    public async ValueTask<ReceivedMessage?> Next()
    {
        Release();
        var length = 0;
        while (true)
        {
            if (_buffer is null)
            {
                var idle = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (idle.MessageType == WebSocketMessageType.Close) return null;

                if (idle.EndOfMessage)
                {
                    // An empty message, or the end of one, is consumed by the zero-byte read.
                    if (!_isSkipping) return new ReceivedMessage(default, ViolationOf(idle));
                    _isSkipping = false;
                    continue;
                }

                _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
            }

            if (length == _buffer.Length) Grow();
            var part = await socket.ReceiveAsync(_buffer.AsMemory(_isSkipping ? 0 : length), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            if (_isSkipping)
            {
                _isSkipping = !part.EndOfMessage;
                continue;
            }

            length += part.Count;
            if (length > maxBytes || part.MessageType == WebSocketMessageType.Binary)
            {
                // The rest of it is read and forgotten, so that our close frame isn't lost to a reset.
                _isSkipping = !part.EndOfMessage;
                return new ReceivedMessage(default, ViolationOf(part) ?? CloseCodes.TooBig);
            }

            if (part.EndOfMessage) return new ReceivedMessage(_buffer.AsMemory(0, length), null);
        }
    }

    /// <summary>Gives the buffer back; the last message is valid no longer.</summary>
    public void Release()
    {
        if (_buffer is null) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer!.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static int? ViolationOf(ValueWebSocketReceiveResult part)
        => part.MessageType == WebSocketMessageType.Binary ? CloseCodes.UnsupportedData : null;
}
