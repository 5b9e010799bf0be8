using System.Buffers.Binary;
using System.Text;

namespace Connectify.Tests.Attachments;

/// <summary>The smallest files of containers that hold sound or film; tracks are named <c>sound</c>, <c>film</c> or <c>text</c>.</summary>
internal static class Containers
{
    private static readonly byte[] AsfHeader = new Guid("75B22630-668E-11CF-A6D9-00AA0062CE6C").ToByteArray();
    private static readonly byte[] AsfStream = new Guid("B7DC0791-A9B7-11CF-8EE6-00C00C205365").ToByteArray();
    private static readonly byte[] AsfExtension = new Guid("5FBF03B5-A92E-11CF-8EE3-00C00C205365").ToByteArray();
    private static readonly byte[] AsfSound = new Guid("F8699E40-5B4D-11CF-A8FD-00805F5C442B").ToByteArray();
    private static readonly byte[] AsfFilm = new Guid("BC19EFC0-5B4D-11CF-A8FD-00805F5C442B").ToByteArray();

    /// <param name="format">A brand of MP4, an old QuickTime's first box, or <c>webm</c>, <c>matroska</c>, <c>ogg</c>, <c>asf</c>, <c>flv</c>, <c>avi</c>.</param>
    /// <param name="tracks">In their order.</param>
    public static byte[] Of(string format, params string[] tracks) => format switch
    {
        "webm" or "matroska" => Matroska(format, tracks),
        "ogg" => [.. tracks.SelectMany(Ogg), .. OggPage(0, "content vorbis theora")],
        "asf" => Asf(tracks),
        "flv" => [.. "FLV\u0001"u8, (byte)((tracks.Contains("sound") ? 4 : 0) | (tracks.Contains("film") ? 1 : 0)), 0, 0, 0, 9, .. new byte[200]],
        "avi" => [.. "RIFF\0\0\0\0AVI LIST"u8, .. tracks.SelectMany(track => "strh8\0\0\0"u8.ToArray().Concat(Encoding.ASCII.GetBytes(track switch { "film" => "vids", "sound" => "auds", _ => "txts" })))],
        "wide" => [.. Box("wide"), .. Box("mdat", new byte[70_000]), .. Moov(tracks)],
        "mdat" => [.. Box("mdat", new byte[70_000]), .. Moov(tracks)],
        "moov" => [.. Moov(tracks), .. Box("mdat", new byte[100])],
        "free" => [.. Box("free", new byte[30]), .. Moov(tracks)],
        _ => [.. Box("ftyp", [.. Encoding.Latin1.GetBytes(format.PadRight(4)), 0, 0, 0, 0]), .. LongBox("mdat", new byte[70_000]), .. Moov(tracks)],
    };

    private static byte[] Moov(string[] tracks) => Box("moov", [.. Box("mvhd", new byte[100]), .. tracks.SelectMany(Trak), .. Box("udta", Hdlr("vide"))]);

    private static byte[] Trak(string track)
    {
        var handler = track switch { "sound" => "soun", "film" or "still" => "vide", _ => "text" };
        var codec = track switch { "sound" => "mp4a", "film" => "avc1", "still" => "jpeg", _ => "text" };
        var entries = Box("stsd", [0, 0, 0, 0, 0, 0, 0, 1, .. Box(codec, new byte[70])]);
        return Box("trak", [.. Box("tkhd", new byte[84]), .. Box("mdia", [.. Box("mdhd", new byte[24]), .. Hdlr(handler), .. Box("minf", [.. Hdlr("alis"), .. Box("stbl", entries)])])]);
    }

    private static byte[] Hdlr(string type) => Box("hdlr", [0, 0, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(type), .. new byte[13]]);

    private static byte[] Box(string type, params byte[] content) => [.. BigEndian((uint)content.Length + 8), .. Encoding.ASCII.GetBytes(type), .. content];

    private static byte[] LongBox(string type, byte[] content)
        => [.. BigEndian(1), .. Encoding.ASCII.GetBytes(type), 0, 0, 0, 0, .. BigEndian((uint)content.Length + 16), .. content];

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    // The segment's size is unknown, as in what a browser records; a void and a picture stand before the tracks.
    private static byte[] Matroska(string type, string[] tracks)
    {
        var entries = tracks.SelectMany(track => Element([0xAE],
            [.. Element([0xD7], [1]), .. Element([0x83], [track switch { "film" => (byte)1, "sound" => (byte)2, _ => (byte)0x11 }])]));
        return
        [
            .. Element([0x1A, 0x45, 0xDF, 0xA3], [.. Element([0x42, 0x86], [1]), .. Element([0x42, 0x82], Encoding.ASCII.GetBytes(type))]),
            0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            .. Element([0xEC], new byte[6000]), .. Element([0x19, 0x41, 0xA4, 0x69], Encoding.ASCII.GetBytes("V_VP9 A_OPUS")),
            .. Element([0x16, 0x54, 0xAE, 0x6B], [.. entries]), .. Element([0x1F, 0x43, 0xB6, 0x75], Encoding.ASCII.GetBytes("V_VP9 A_OPUS")),
        ];
    }

    private static byte[] Element(byte[] id, byte[] content) => [.. id, 0x10, .. BigEndian((uint)content.Length)[1..], .. content];

    private static byte[] Ogg(string track) => OggPage(2, track switch { "film" => "\u0080theora\u0003\u0002", "sound" => "\u0001vorbis", _ => "fishead\0" });

    private static byte[] OggPage(byte flags, string content)
        => [.. "OggS\0"u8, flags, .. new byte[20], 1, (byte)content.Length, .. Encoding.Latin1.GetBytes(content)];

    // A large picture stands in the extension before the streams, as Windows Media Player writes it.
    private static byte[] Asf(string[] tracks)
    {
        var streams = tracks.SelectMany(track => AsfObject(AsfStream, track switch { "film" => AsfFilm, "sound" => AsfSound, _ => new byte[16] }));
        var extension = AsfObject(AsfExtension, [.. new byte[22], .. AsfObject(new byte[16], new byte[50_000])]);
        byte[] objects = [.. extension, .. streams];
        return [.. AsfObject(AsfHeader, [2, 0, 0, 0, 1, 2, .. objects]), .. new byte[100], .. AsfFilm, .. AsfSound];
    }

    private static byte[] AsfObject(byte[] id, byte[] content)
        => [.. id, .. BitConverter.GetBytes(content.Length + 24L), .. content];
}
