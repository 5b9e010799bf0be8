using System.Buffers.Binary;
using System.Text;

namespace Connectify.Protocol;

/// <summary>Builds complete, unmasked WebSocket frames (RFC 6455, section 5.2), so that one array serves every socket.</summary>
public static class FrameWriter
{
    /// <summary>First byte of a whole text message.</summary>
    public const byte TextFrame = 0x81;

    /// <summary>First byte of a close frame.</summary>
    public const byte CloseFrame = 0x88;

    /// <summary>First byte of a ping frame.</summary>
    public const byte PingFrame = 0x89;

    private const byte PongFrame = 0x8A;
    private const int LargestClosePayload = 125;

    /// <summary>An empty ping: whoever lives answers it, whether or not it knows our heartbeats.</summary>
    public static ReadOnlyMemory<byte> Ping { get; } = new byte[] { PingFrame, 0 };

    /// <summary>A text frame holding <paramref name="payload"/> with <c>"type"</c> as its first property.</summary>
    /// <param name="type">The frame's name, from <see cref="Frames"/>.</param>
    /// <param name="payload">A JSON object in UTF-8.</param>
    public static byte[] Text(string type, ReadOnlySpan<byte> payload)
    {
        // {"type":"NAME"} or {"type":"NAME",…}
        var isEmpty = payload.Length == 2;
        var length = "{\"type\":\"\""u8.Length + type.Length + (isEmpty ? 1 : payload.Length);
        var frame = NewText(length, out var rest);
        "{\"type\":\""u8.CopyTo(rest);
        var at = "{\"type\":\""u8.Length;
        at += Encoding.ASCII.GetBytes(type, rest[at..]);
        rest[at++] = (byte)'"';
        if (isEmpty)
        {
            rest[at] = (byte)'}';
            return frame;
        }

        payload.CopyTo(rest[at..]);
        rest[at] = (byte)',';
        return frame;
    }

    /// <summary>A text frame holding <paramref name="payload"/> as it is.</summary>
    /// <param name="payload">UTF-8.</param>
    public static byte[] Text(ReadOnlySpan<byte> payload)
    {
        var frame = NewText(payload.Length, out var rest);
        payload.CopyTo(rest);
        return frame;
    }

    /// <summary>A close frame (RFC 6455, section 5.5.1).</summary>
    /// <param name="code">The close code, 1000–4999.</param>
    /// <param name="reason">At most 123 bytes of ASCII.</param>
    public static byte[] Close(int code, string reason)
    {
        var length = Math.Min(2 + reason.Length, LargestClosePayload);
        var frame = new byte[2 + length];
        frame[0] = CloseFrame;
        frame[1] = (byte)length;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)code);
        Encoding.ASCII.GetBytes(reason.AsSpan(0, length - 2), frame.AsSpan(4));
        return frame;
    }

    /// <summary>The answer to a ping, with the same payload (RFC 6455, section 5.5.3).</summary>
    /// <param name="payload">At most 125 bytes.</param>
    public static byte[] Pong(ReadOnlySpan<byte> payload) => [PongFrame, (byte)payload.Length, .. payload];

    /// <summary>What a frame made here carries.</summary>
    public static ReadOnlyMemory<byte> PayloadOf(ReadOnlyMemory<byte> frame)
        => frame[(frame.Span[1] < 126 ? 2 : frame.Span[1] == 126 ? 4 : 10)..];

    private static byte[] NewText(int length, out Span<byte> payload)
    {
        var header = HeaderLength(length);
        var frame = new byte[header + length];
        frame[0] = TextFrame;
        WriteLength(frame, length);
        payload = frame.AsSpan(header);
        return frame;
    }

    private static int HeaderLength(int length) => length < 126 ? 2 : length <= ushort.MaxValue ? 4 : 10;

    private static void WriteLength(Span<byte> frame, int length)
    {
        if (length < 126)
        {
            frame[1] = (byte)length;
        }
        else if (length <= ushort.MaxValue)
        {
            frame[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)length);
        }
        else
        {
            frame[1] = 127;
            BinaryPrimitives.WriteUInt64BigEndian(frame[2..], (ulong)length);
        }
    }
}
