using System.Buffers.Binary;
using System.Text;

namespace Connectify.Server.Attachments.Sniffing;

/// <summary>The tracks of an MP4, 3GP or QuickTime file: the handler of each <c>moov/trak</c> (ISO/IEC 14496-12).</summary>
internal sealed class Mp4Tracks
{
    private const int MaxDepth = 6;

    private readonly Peek _file;
    private readonly bool _isSoundByBrand;
    private Tracks _found;
    private Tracks _handler;
    private bool _isStill;

    private Mp4Tracks(Peek file, bool isSoundByBrand) => (_file, _isSoundByBrand) = (file, isSoundByBrand);

    public static async Task<Tracks> Find(Peek file)
    {
        var head = await file.Head();
        var brand = head.Length < 12 ? default : head.Slice(8, 4);
        var tracks = new Mp4Tracks(file, brand.Span.SequenceEqual("M4A "u8) || brand.Span.SequenceEqual("M4B "u8));
        await tracks.Walk(0, file.Length, 1);
        return tracks._found;
    }

    private async Task Walk(long at, long end, int depth)
    {
        while (end - at >= 8)
        {
            var header = await _file.Read(at, 16);
            if (header.Length < 8) return;
            var (size, payload) = Size(header.Span, at, end);
            if (at + size < payload) return;
            await Enter(Encoding.Latin1.GetString(header.Span[4..8]), payload, Math.Min(at + size, end), depth);
            at += size;
        }
    }

    // 0: to the end of what it is in. 1: the size has 64 bits and follows the type.
    private static (long Size, long Payload) Size(ReadOnlySpan<byte> header, long at, long end)
    {
        long size = BinaryPrimitives.ReadUInt32BigEndian(header);
        var isLong = size == 1 && header.Length == 16;
        if (isLong) size = BinaryPrimitives.ReadInt64BigEndian(header[8..]);
        if (size == 0 || size > end - at) size = end - at;
        return (size, at + (isLong ? 16 : 8));
    }

    private async Task Enter(string type, long payload, long end, int depth)
    {
        switch (type)
        {
            case "moov" or "mdia" or "minf" or "stbl" when depth < MaxDepth:
                await Walk(payload, end, depth + 1);
                break;
            case "trak" when depth < MaxDepth:
                (_handler, _isStill) = (Tracks.None, false);
                await Walk(payload, end, depth + 1);

                // The chapters of an audio book have pictures; what plays is sound.
                if (!(_isStill && _isSoundByBrand)) _found |= _handler;
                break;
            case "hdlr":
                _handler |= Handler((await _file.Read(payload + 8, 4)).Span);
                break;
            case "stsd":
                var codec = (await _file.Read(payload + 12, 4)).Span;
                _isStill = codec.SequenceEqual("jpeg"u8) || codec.SequenceEqual("png "u8);
                break;
        }
    }

    private static Tracks Handler(ReadOnlySpan<byte> type)
        => type.SequenceEqual("vide"u8) ? Tracks.Film : type.SequenceEqual("soun"u8) ? Tracks.Sound : Tracks.None;
}
