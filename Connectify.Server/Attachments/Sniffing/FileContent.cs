namespace Connectify.Server.Attachments.Sniffing;

/// <summary>A file's kind, by its bytes alone: a client's claim can be wrong, or meant to harm (WHATWG MIME Sniffing).</summary>
/// <param name="Type">image, video, audio or document.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Otherwise">For containers of sound and film: the media type when it is the other of audio and video.</param>
internal sealed record FileContent(string Type, string ContentType, string? Otherwise = null)
{
    public const string Image = "image";
    public const string Video = "video";
    public const string Audio = "audio";
    public const string Document = "document";

    public static FileContent Unknown { get; } = new(Document, "application/octet-stream");

    /// <summary>Whether a browser may show it in place: no script can be in it.</summary>
    public bool IsSafeInline => IsSafeImage
        || ContentType is "image/avif" or "image/bmp" or "image/heic" or "image/heif" or "image/x-icon"
        || ContentType.StartsWith("audio/", StringComparison.Ordinal)
        || ContentType.StartsWith("video/", StringComparison.Ordinal);

    /// <summary>Whether it is a picture that every browser shows.</summary>
    public bool IsSafeImage => ContentType is "image/png" or "image/jpeg" or "image/gif" or "image/webp";

    public static bool IsType(string type) => type is Image or Video or Audio or Document;

    /// <summary>The media type of the file sent as <paramref name="type"/>; null where that contradicts the bytes.</summary>
    public string? ContentTypeAs(string type)
    {
        if (type == Type || type == Document) return ContentType;
        return type is Audio or Video ? Otherwise : null;
    }

    /// <summary>Recognizes a whole file. Reads its beginning; of a container, the headers of its tracks; see <see cref="Peek"/>.</summary>
    /// <param name="file">Seekable; its position changes.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<FileContent> Detect(Stream file, CancellationToken cancellation)
    {
        var peek = new Peek(file, cancellation);
        var head = await peek.Head();
        if (Signatures.Find(head.Span, peek.Length) is { } known) return known.Otherwise is null ? known : await known.ByTracks(peek);

        // Recorders and damaged tags leave zeros before the first frame of an MP3.
        if (head.Span is [0, ..]) head = await peek.AfterZeros();
        return MpegAudio.Find(head.Span) ?? Unknown;
    }

    // Voice messages come in the same containers as films. A container without a readable track is the commoner of the two.
    private async Task<FileContent> ByTracks(Peek file)
    {
        var tracks = ContentType switch
        {
            "video/x-matroska" or "video/webm" => await MatroskaTracks.Find(file),
            "audio/ogg" => OggTracks.Find((await file.Head()).Span),
            "video/x-ms-asf" => await AsfTracks.Find(file),
            "video/x-flv" => FlvTracks((await file.Head()).Span),
            "video/x-msvideo" => AviTracks((await file.Head()).Span),
            "video/mp4" or "audio/mp4" or "video/3gpp" or "video/3gpp2" or "video/quicktime" => await Mp4Tracks.Find(file),
            _ => Tracks.None,
        };
        var type = tracks.HasFlag(Tracks.Film) ? Video : tracks.HasFlag(Tracks.Sound) ? Audio : Type;
        return type == Type ? this : new FileContent(type, Otherwise!, ContentType);
    }

    private static Tracks AviTracks(ReadOnlySpan<byte> head)
        => (head.IndexOf("vids"u8) >= 0 ? Tracks.Film : 0) | (head.IndexOf("auds"u8) >= 0 ? Tracks.Sound : 0);

    private static Tracks FlvTracks(ReadOnlySpan<byte> head)
        => head.Length < 5 ? Tracks.None : ((head[4] & 1) != 0 ? Tracks.Film : 0) | ((head[4] & 4) != 0 ? Tracks.Sound : 0);
}

/// <summary>The tracks that a container of sound and film was seen to have.</summary>
[Flags]
internal enum Tracks
{
    None = 0,
    Sound = 1,
    Film = 2,
}
