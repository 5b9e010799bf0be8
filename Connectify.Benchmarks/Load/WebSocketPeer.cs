using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Connectify.Benchmarks.Load;

/// <summary>Who hears a socket.</summary>
internal interface IListener
{
    /// <summary>The upgrade was accepted.</summary>
    void Opened(WebSocketPeer peer);

    /// <summary>A text message has come; it may hold several records.</summary>
    void Heard(WebSocketPeer peer, ReadOnlySpan<byte> text, long now);
}

/// <summary>A WebSocket spoken by hand (RFC 6455): frames are found by their length and given on unread.</summary>
internal sealed class WebSocketPeer(Socket socket, IListener listener) : Peer(socket)
{
    private static readonly byte[] Mask = [0x5A, 0xC3, 0x17, 0x9E];
    private byte[] _message = [];
    private int _messageLength;

    /// <summary>Which seat of the world it sits on.</summary>
    public int Seat { get; init; }

    public bool IsOpen { get; private set; }

    /// <summary>Pings are answered through this.</summary>
    public required LoadClient Client { get; init; }

    public static byte[] UpgradeRequest(string path)
        => Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

    /// <summary>Puts a masked frame around <paramref name="payload"/>.</summary>
    /// <returns>Its length.</returns>
    public static int Frame(Span<byte> target, byte first, ReadOnlySpan<byte> payload)
    {
        target[0] = first;
        var at = 2;
        if (payload.Length < 126)
        {
            target[1] = (byte)(0x80 | payload.Length);
        }
        else
        {
            target[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)payload.Length);
            at = 4;
        }

        Mask.CopyTo(target[at..]);
        at += 4;
        for (var i = 0; i < payload.Length; i++) target[at + i] = (byte)(payload[i] ^ Mask[i & 3]);
        return at + payload.Length;
    }

    public override int Take(Span<byte> data, long now)
    {
        var taken = 0;
        if (!IsOpen)
        {
            var end = data.IndexOf("\r\n\r\n"u8);
            if (end < 0) return 0;
            if (!data.StartsWith("HTTP/1.1 101"u8))
            {
                Ended = "refused: " + Encoding.ASCII.GetString(data[..Math.Min(data.Length, 200)]);
                return data.Length;
            }

            taken = end + 4;
            IsOpen = true;
            listener.Opened(this);
        }

        while (Ended is null && TryFrame(data[taken..], out var header, out var length))
        {
            Receive(data[taken], data.Slice(taken + header, length), now);
            taken += header + length;
        }

        return taken;
    }

    private static bool TryFrame(ReadOnlySpan<byte> data, out int header, out int length)
    {
        (header, length) = (2, 0);
        if (data.Length < 2) return false;
        length = data[1] & 0x7F;
        if (length == 126)
        {
            header = 4;
            if (data.Length < header) return false;
            length = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        }
        else if (length == 127)
        {
            header = 10;
            if (data.Length < header) return false;
            length = checked((int)BinaryPrimitives.ReadUInt64BigEndian(data[2..]));
        }

        return data.Length >= header + length;
    }

    private void Receive(byte first, ReadOnlySpan<byte> payload, long now)
    {
        switch (first)
        {
            case 0x81:
                listener.Heard(this, payload, now);
                break;
            case 0x88:
                var code = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005;
                Ended = $"closed with {code} {(payload.Length > 2 ? Encoding.UTF8.GetString(payload[2..]) : "")}";
                break;
            case 0x89:
                Span<byte> pong = stackalloc byte[140];
                Client.Send(this, pong[..Frame(pong, 0x8A, payload)]);
                break;
            default:
                Continue(first, payload, now);
                break;
        }
    }

    // SignalR splits a long message over several frames.
    private void Continue(byte first, ReadOnlySpan<byte> payload, long now)
    {
        if ((first & 0x0F) is not (0 or 1 or 2)) return;
        if (_message.Length < _messageLength + payload.Length) Array.Resize(ref _message, (_messageLength + payload.Length) * 2);
        payload.CopyTo(_message.AsSpan(_messageLength));
        _messageLength += payload.Length;
        if ((first & 0x80) == 0) return;
        listener.Heard(this, _message.AsSpan(0, _messageLength), now);
        _messageLength = 0;
    }
}
