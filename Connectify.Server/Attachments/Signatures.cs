namespace Connectify.Server.Attachments;

/// <summary>The beginnings by which kinds of files are known.</summary>
internal static class Signatures
{
    private const int MatroskaHeader = 64;
    private const int OggPage = 512;

    /// <summary>Patterns in Latin-1, <c>?</c> for any byte; the first that matches decides.</summary>
    public static IReadOnlyList<(string Pattern, FileContent Content)> Table { get; } =
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

        ("????ftypM4A", new(FileContent.Audio, "audio/mp4", "video/mp4")),
        ("????ftypM4B", new(FileContent.Audio, "audio/mp4", "video/mp4")),
        ("????ftypqt  ", new(FileContent.Video, "video/quicktime")),
        ("????ftyp3g", new(FileContent.Video, "video/3gpp", "audio/3gpp")),
        ("????ftyp", new(FileContent.Video, "video/mp4", "audio/mp4")),
        ("\u001aE\u00df\u00a3", new(FileContent.Video, "video/x-matroska", "audio/x-matroska")),
        ("RIFF????AVI ", new(FileContent.Video, "video/x-msvideo")),
        ("0&\u00b2u\u008ef\u00cf\u0011", new(FileContent.Video, "video/x-ms-asf", "audio/x-ms-asf")),
        ("FLV\u0001", new(FileContent.Video, "video/x-flv")),
        ("\0\0\u0001\u00ba", new(FileContent.Video, "video/mpeg")),

        ("OggS", new(FileContent.Audio, "audio/ogg", "video/ogg")),
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

    public static bool Match(ReadOnlySpan<byte> head, string pattern)
    {
        if (head.Length < pattern.Length) return false;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '?' && pattern[i] != head[i]) return false;
        }

        return true;
    }

    /// <summary>Whether a Matroska file says it keeps to WebM, which browsers play.</summary>
    public static bool IsWebM(ReadOnlySpan<byte> head)
        => head[..Math.Min(head.Length, MatroskaHeader)].IndexOf("webm"u8) >= 0;

    /// <summary>Whether a Matroska file names a codec for sound and none for pictures.</summary>
    public static bool IsMatroskaSound(ReadOnlySpan<byte> head)
        => (head.IndexOf("A_OPUS"u8) >= 0 || head.IndexOf("A_VORBIS"u8) >= 0 || head.IndexOf("A_AAC"u8) >= 0)
            && head.IndexOf("V_VP"u8) < 0 && head.IndexOf("V_AV1"u8) < 0 && head.IndexOf("V_MPEG"u8) < 0;

    /// <summary>Whether the first stream of an Ogg file is Theora.</summary>
    public static bool IsOggFilm(ReadOnlySpan<byte> head) => head[..Math.Min(head.Length, OggPage)].IndexOf("theora"u8) >= 0;

    /// <summary>MPEG transport streams have nothing but a sync byte every 188 bytes.</summary>
    public static bool IsTransportStream(ReadOnlySpan<byte> head)
        => head.Length > 376 && head[0] == 'G' && head[188] == 'G' && head[376] == 'G';

    private static FileContent Image(string subtype) => new(FileContent.Image, $"image/{subtype}");

    private static FileContent Audio(string subtype) => new(FileContent.Audio, $"audio/{subtype}");

    private static FileContent Document(string subtype) => new(FileContent.Document, $"application/{subtype}");
}
