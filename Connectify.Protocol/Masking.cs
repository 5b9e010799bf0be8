using System.Numerics;
using System.Runtime.InteropServices;

namespace Connectify.Protocol;

/// <summary>The masking of frames (RFC 6455, section 5.3).</summary>
internal static class Masking
{
    /// <summary>Masks or unmasks in place.</summary>
    /// <param name="payload">The payload from its first byte.</param>
    /// <param name="mask">The mask's four bytes as they stand in memory.</param>
    /// <returns>The mask with which the payload goes on.</returns>
    public static uint Apply(Span<byte> payload, uint mask)
    {
        var wide = new Vector<uint>(mask);
        var vectors = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        for (var i = 0; i < vectors.Length; i++) vectors[i] ^= wide;

        // A vector is a multiple of the mask, so the rest begins with the mask's first byte again.
        var rest = payload[(vectors.Length * Vector<byte>.Count)..];
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in mask));
        for (var i = 0; i < rest.Length; i++) rest[i] ^= bytes[i % 4];
        var turned = 8 * (rest.Length % 4);
        return BitConverter.IsLittleEndian ? BitOperations.RotateRight(mask, turned) : BitOperations.RotateLeft(mask, turned);
    }
}
