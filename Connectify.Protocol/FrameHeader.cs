using System.Buffers.Binary;

namespace Connectify.Protocol;

/// <summary>What stands before the payload of a WebSocket frame from a client (RFC 6455, section 5.2).</summary>
internal readonly record struct FrameHeader
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    // Also the greatest length that fits into the second byte.
    private const int MaxControlPayload = 125;

    /// <summary>Whether it is the last frame of its message.</summary>
    public bool IsFinal { get; private init; }

    public int Opcode { get; private init; }

    /// <summary>Its own length in bytes, mask included.</summary>
    public int Size { get; private init; }

    /// <summary>The payload's length in bytes; negative where 63 bits were too few.</summary>
    public long Length { get; private init; }

    /// <summary>The four bytes to unmask with, as they stand in memory.</summary>
    public uint Mask { get; private init; }

    public bool IsControl => Opcode >= Close;

    /// <summary>Whether a client may send such a frame at all; where it isn't, nothing that follows can be understood.</summary>
    public bool IsAllowed { get; private init; }

    /// <returns>false: more bytes are needed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < 2) return false;
        var (first, second) = (bytes[0], bytes[1]);
        var lengthBytes = (second & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };
        var isMasked = (second & 0x80) != 0;
        var size = 2 + lengthBytes + (isMasked ? 4 : 0);
        if (bytes.Length < size) return false;
        header = new FrameHeader
        {
            IsFinal = (first & 0x80) != 0,
            Opcode = first & 0x0F,
            Size = size,
            Length = LengthOf(bytes),
            Mask = isMasked ? BitConverter.ToUInt32(bytes[(size - 4)..]) : 0,
        };

        // Clients mask, no extension uses the reserved bits, and a length takes as few bytes as it can.
        var isMinimal = lengthBytes == 0 || header.Length > (lengthBytes == 2 ? MaxControlPayload : ushort.MaxValue);
        header = header with { IsAllowed = isMasked && (first & 0x70) == 0 && isMinimal && header.IsWellFormed() };
        return true;
    }

    private static long LengthOf(ReadOnlySpan<byte> bytes) => (bytes[1] & 0x7F) switch
    {
        126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
        127 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
        var length => length,
    };

    private bool IsWellFormed() => Opcode switch
    {
        Continuation or Text or Binary => true,
        Close or Ping or Pong => IsFinal && Length <= MaxControlPayload,
        _ => false,
    };
}
