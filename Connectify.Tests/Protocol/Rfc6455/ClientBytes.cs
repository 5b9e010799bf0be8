using System.Buffers.Binary;
using System.Text;

namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>Frames of a client byte by byte, right and wrong ones (RFC 6455, section 5.2).</summary>
internal static class ClientBytes
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    private static readonly byte[] Mask = [0x37, 0xfa, 0x21, 0x3d];

    /// <param name="opcode">0 to 15.</param>
    /// <param name="payload">As the server is to read it.</param>
    /// <param name="isLast">FIN.</param>
    /// <param name="reserved">RSV1 to RSV3: 0 to 7.</param>
    /// <param name="lengthBytes">How the length is written: 0, 2 or 8 bytes after the second; null: in as few as it needs.</param>
    /// <param name="isMasked">Whether it is masked.</param>
    public static byte[] Frame(int opcode, byte[] payload, bool isLast = true, int reserved = 0, int? lengthBytes = null, bool isMasked = true)
        => [.. Head(opcode, payload.Length, isLast, reserved, lengthBytes, isMasked), .. isMasked ? Masked(payload) : payload];

    public static byte[] Frame(int opcode, string payload, bool isLast = true, int reserved = 0)
        => Frame(opcode, Encoding.UTF8.GetBytes(payload), isLast, reserved);

    /// <summary>A frame's head, whatever comes after it.</summary>
    public static byte[] Head(int opcode, long length, bool isLast = true, int reserved = 0, int? lengthBytes = null, bool isMasked = true)
    {
        var first = (byte)((isLast ? 0x80 : 0) | (reserved << 4) | opcode);
        var mark = isMasked ? 0x80 : 0;
        var extended = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(extended, length);
        byte[] lengths = (lengthBytes ?? length switch { >= 0 and < 126 => 0, >= 0 and <= ushort.MaxValue => 2, _ => 8 }) switch
        {
            0 => [(byte)(mark | (int)length)],
            2 => [(byte)(mark | 126), .. extended[6..]],
            _ => [(byte)(mark | 127), .. extended],
        };
        return [first, .. lengths, .. isMasked ? Mask : []];
    }

    /// <summary>A payload, or its beginning, as it goes over the wire.</summary>
    public static byte[] Masked(byte[] payload) => [.. payload.Select((value, i) => (byte)(value ^ Mask[i % 4]))];

    public static byte[] CloseFrame(int code, string reason = "") => CloseFrame(code, Encoding.UTF8.GetBytes(reason));

    public static byte[] CloseFrame(int code, byte[] reason) => Frame(Close, [(byte)(code >> 8), (byte)code, .. reason]);
}
