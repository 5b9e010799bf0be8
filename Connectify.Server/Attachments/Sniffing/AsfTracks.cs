using System.Buffers.Binary;

namespace Connectify.Server.Attachments.Sniffing;

/// <summary>The streams of an ASF file (WMA, WMV): its Stream Properties objects, also those in a Header Extension.</summary>
internal static class AsfTracks
{
    private const int HeaderBytes = 30;
    private const int ExtensionHeaderBytes = 46;

    private static readonly byte[] StreamProperties = new Guid("B7DC0791-A9B7-11CF-8EE6-00C00C205365").ToByteArray();
    private static readonly byte[] HeaderExtension = new Guid("5FBF03B5-A92E-11CF-8EE3-00C00C205365").ToByteArray();
    private static readonly byte[] Audio = new Guid("F8699E40-5B4D-11CF-A8FD-00805F5C442B").ToByteArray();
    private static readonly byte[] Video = new Guid("BC19EFC0-5B4D-11CF-A8FD-00805F5C442B").ToByteArray();

    public static async Task<Tracks> Find(Peek file)
    {
        var head = await file.Head();
        if (head.Length < HeaderBytes) return Tracks.None;
        var found = await Walk(file, HeaderBytes, End(0, head.Span[16..], file.Length), isExtension: false);

        // A file whose objects can't be followed.
        return found == Tracks.None ? Types(head.Span) : found;
    }

    private static async Task<Tracks> Walk(Peek file, long at, long end, bool isExtension)
    {
        var found = Tracks.None;
        while (at < end && await file.Read(at, 40) is { Length: 40 } header)
        {
            var next = End(at, header.Span[16..], end);
            if (header.Span.StartsWith(StreamProperties)) found |= Types(header.Span[24..]);
            else if (header.Span.StartsWith(HeaderExtension) && !isExtension) found |= await Walk(file, at + ExtensionHeaderBytes, next, isExtension: true);
            if (next - at < 24) break;
            at = next;
        }

        return found;
    }

    private static long End(long at, ReadOnlySpan<byte> size, long limit)
    {
        var bytes = BinaryPrimitives.ReadUInt64LittleEndian(size);
        return bytes > (ulong)(limit - at) ? limit : at + (long)bytes;
    }

    private static Tracks Types(ReadOnlySpan<byte> bytes)
        => (bytes.IndexOf(Video) >= 0 ? Tracks.Film : 0) | (bytes.IndexOf(Audio) >= 0 ? Tracks.Sound : 0);
}
