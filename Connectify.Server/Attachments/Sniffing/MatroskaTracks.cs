using System.Numerics;

namespace Connectify.Server.Attachments.Sniffing;

/// <summary>The tracks of a Matroska or WebM file: each <c>Segment/Tracks/TrackEntry/TrackType</c> (RFC 9559).</summary>
internal static class MatroskaTracks
{
    private const ulong TrackType = 0x83;
    private const int LongestHeader = 12;

    // From the outside in: elements are looked for only where they belong.
    private static readonly ulong[] Path = [0x18538067, 0x1654AE6B, 0xAE, TrackType];

    public static async Task<Tracks> Find(Peek file)
    {
        var found = await Walk(file, 0, file.Length, 0);
        return found == Tracks.None ? ByCodecs((await file.Head()).Span) : found;
    }

    private static async Task<Tracks> Walk(Peek file, long at, long end, int depth)
    {
        var found = Tracks.None;
        while (at < end && TryHeader((await file.Read(at, LongestHeader)).Span, out var id, out var size, out var length))
        {
            var payload = at + length;
            var next = size > (ulong)Math.Max(0, end - payload) ? end : payload + (long)size;
            if (id == Path[depth]) found |= id == TrackType ? Type((await file.Read(next - 1, 1)).Span) : await Walk(file, payload, next, depth + 1);
            at = next;
        }

        return found;
    }

    /// <param name="bytes">The beginning of an element.</param>
    /// <param name="id">With its length marker.</param>
    /// <param name="size">Of the payload; the most there is where it is unknown, as in live recordings.</param>
    /// <param name="length">Of both.</param>
    private static bool TryHeader(ReadOnlySpan<byte> bytes, out ulong id, out ulong size, out int length)
    {
        (id, size, length) = (0, 0, 0);
        if (!TryNumber(bytes, out id, out var idLength)) return false;
        if (!TryNumber(bytes[idLength..], out size, out var sizeLength)) return false;
        var marker = 1UL << (7 * sizeLength);
        size = size == (2 * marker) - 1 ? ulong.MaxValue : size - marker;
        length = idLength + sizeLength;
        return true;
    }

    // The leading zero bits of the first byte tell how many bytes follow it.
    private static bool TryNumber(ReadOnlySpan<byte> bytes, out ulong number, out int length)
    {
        number = 0;
        length = bytes.IsEmpty ? 9 : BitOperations.LeadingZeroCount((uint)bytes[0]) - 23;
        if (length > 8 || length > bytes.Length) return false;
        foreach (var one in bytes[..length]) number = (number << 8) | one;
        return true;
    }

    private static Tracks Type(ReadOnlySpan<byte> type) => type switch { [1] => Tracks.Film, [2] => Tracks.Sound, _ => Tracks.None };

    // A file whose elements can't be followed.
    private static Tracks ByCodecs(ReadOnlySpan<byte> head)
        => (head.IndexOf("V_VP"u8) >= 0 || head.IndexOf("V_AV1"u8) >= 0 || head.IndexOf("V_MPEG"u8) >= 0 ? Tracks.Film : 0)
            | (head.IndexOf("A_OPUS"u8) >= 0 || head.IndexOf("A_VORBIS"u8) >= 0 || head.IndexOf("A_AAC"u8) >= 0 ? Tracks.Sound : 0);
}
