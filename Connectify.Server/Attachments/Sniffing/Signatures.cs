using System.Buffers.Binary;

namespace Connectify.Server.Attachments.Sniffing;

/// <summary>The beginnings by which kinds of files are known.</summary>
internal static class Signatures
{
    private const int MatroskaHeader = 64;

    // Patterns in Latin-1, ? for any byte; the first that matches decides.
    private static readonly (string Pattern, FileContent Content)[] Table =
    [
        ("\u0089PNG\r\n\u001a\n", Image("png")),
        ("\u00ff\u00d8\u00ff", Image("jpeg")),
        ("GIF87a", Image("gif")),
        ("GIF89a", Image("gif")),
        ("RIFF????WEBP", Image("webp")),
        ("BM????\0\0\0\0?????\0\0\0", Image("bmp")),
        ("II*\0", Image("tiff")),
        ("MM\0*", Image("tiff")),
        ("\0\0\0\u000cJXL \r\n\u0087\n", Image("jxl")),
        ("\0\0\0\u000cjP  \r\n\u0087\n", Image("jp2")),
        ("????ftypavif", Image("avif")),
        ("????ftypavis", Image("avif")),
        ("????ftyphei", Image("heic")),
        ("????ftyphev", Image("heic")),
        ("????ftypmif1", Image("heif")),
        ("????ftypmsf1", Image("heif")),

        ("????ftypM4A", Sound("mp4")),
        ("????ftypM4B", Sound("mp4")),
        ("????ftypqt  ", QuickTime),
        ("????ftyp3g2", Film("3gpp2")),
        ("????ftyp3g", Film("3gpp")),
        ("????ftyp", Film("mp4")),
        ("\u001aE\u00df\u00a3", Film("x-matroska")),
        ("RIFF????AVI ", Film("x-msvideo")),
        ("0&\u00b2u\u008ef\u00cf\u0011", Film("x-ms-asf")),
        ("FLV\u0001", Film("x-flv")),
        (".RMF", Film("vnd.rn-realmedia")),
        ("\0\0\u0001\u00ba", new(FileContent.Video, "video/mpeg", "audio/mpeg")),

        ("OggS", Sound("ogg")),
        ("ID3", Audio("mpeg")),
        ("RIFF????WAVE", Audio("wav")),
        ("fLaC", Audio("flac")),
        ("FORM????AIF", Audio("aiff")),
        ("#!AMR", Audio("amr")),
        ("caff\0\u0001", Audio("x-caf")),
        ("MThd", Audio("midi")),

        ("%PDF-", Document("pdf")),
        ("PK\u0003\u0004", Document("zip")),
        ("PK\u0005\u0006", Document("zip")),
        ("\u001f\u008b", Document("gzip")),
        ("7z\u00bc\u00af\u0027\u001c", Document("x-7z-compressed")),
        ("Rar!\u001a\u0007", Document("vnd.rar")),
    ];

    /// <summary>Recognizes a file by its beginning.</summary>
    /// <param name="head">At least 512 bytes, fewer only where the file is shorter.</param>
    /// <param name="length">Of the whole file, in bytes.</param>
    /// <returns>null: by none of these.</returns>
    public static FileContent? Find(ReadOnlySpan<byte> head, long length)
    {
        foreach (var (pattern, content) in Table)
        {
            if (!Match(head, pattern)) continue;
            return content.ContentType == "video/x-matroska" && IsWebM(head) ? Film("webm") : content;
        }

        if (IsOldQuickTime(head, length)) return QuickTime;
        if (IsIcon(head)) return Image("x-icon");
        return IsTransportStream(head) ? Film("mp2t") : null;
    }

    private static bool Match(ReadOnlySpan<byte> head, string pattern)
    {
        if (head.Length < pattern.Length) return false;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '?' && pattern[i] != head[i]) return false;
        }

        return true;
    }

    // WebM is the part of Matroska that browsers play.
    private static bool IsWebM(ReadOnlySpan<byte> head)
        => head[..Math.Min(head.Length, MatroskaHeader)].IndexOf("webm"u8) >= 0;

    // Before there was "ftyp", files began with any of these. The size before the type tells them from a text.
    private static bool IsOldQuickTime(ReadOnlySpan<byte> head, long length)
    {
        if (head.Length < 8) return false;
        var type = head[4..8];
        if (type.SequenceEqual("mdat"u8)) return head[0] == 0 || BinaryPrimitives.ReadUInt32BigEndian(head) <= length;
        return head[0] == 0 && (type.SequenceEqual("wide"u8) || type.SequenceEqual("moov"u8) || type.SequenceEqual("free"u8)
            || type.SequenceEqual("skip"u8) || type.SequenceEqual("pnot"u8));
    }

    // ICO and CUR: a count of pictures that is not zero, as it is in a Targa picture; a zero in the first one's entry.
    private static bool IsIcon(ReadOnlySpan<byte> head)
        => head is [0, 0, 1 or 2, 0, not 0, 0, ..] && (head.Length < 10 || head[9] == 0);

    // MPEG transport streams have nothing but a sync byte every 188 bytes.
    private static bool IsTransportStream(ReadOnlySpan<byte> head)
        => head.Length > 376 && head[0] == 'G' && head[188] == 'G' && head[376] == 'G';

    // "audio/quicktime" is not registered; players take QuickTime's sound as MP4's.
    private static FileContent QuickTime => new(FileContent.Video, "video/quicktime", "audio/mp4");

    // Containers of either: a file without a readable track counts as the first, and may be sent as both.
    private static FileContent Film(string subtype) => new(FileContent.Video, $"video/{subtype}", $"audio/{subtype}");

    private static FileContent Sound(string subtype) => new(FileContent.Audio, $"audio/{subtype}", $"video/{subtype}");

    private static FileContent Image(string subtype) => new(FileContent.Image, $"image/{subtype}");

    private static FileContent Audio(string subtype) => new(FileContent.Audio, $"audio/{subtype}");

    private static FileContent Document(string subtype) => new(FileContent.Document, $"application/{subtype}");
}
