namespace Connectify.Server.Attachments;

/// <summary>What a file is, going by its bytes alone: what a client says of it can be wrong, or meant to harm.</summary>
/// <param name="Type">image, video, audio or document.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Otherwise">For containers of sound and pictures: the media type when it is the other of audio and video.</param>
internal sealed record FileContent(string Type, string ContentType, string? Otherwise = null)
{
    public const string Image = "image";
    public const string Video = "video";
    public const string Audio = "audio";
    public const string Document = "document";

    /// <summary>How many bytes from a file's beginning <see cref="Detect"/> looks at.</summary>
    public const int HeadBytes = 4096;

    public static FileContent Unknown { get; } = new(Document, "application/octet-stream");

    /// <summary>Whether a browser may show it in place: no script can be in it.</summary>
    public bool IsSafeInline => IsSafeImage
        || ContentType is "image/avif" or "image/bmp" or "image/heic" or "image/heif"
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

    /// <summary>Recognizes a file by its first <see cref="HeadBytes"/> bytes, fewer only where the file is shorter.</summary>
    public static FileContent Detect(ReadOnlySpan<byte> head)
    {
        foreach (var (pattern, content) in Signatures.Table)
        {
            if (Signatures.Match(head, pattern)) return Refine(content, head);
        }

        if (MpegAudio.IsLayer3(head)) return new FileContent(Audio, "audio/mpeg");
        if (MpegAudio.IsAdts(head)) return new FileContent(Audio, "audio/aac");
        return Signatures.IsTransportStream(head) ? new FileContent(Video, "video/mp2t") : Unknown;
    }

    // Voice messages come in the same containers as films; which of the two it is says the codec.
    private static FileContent Refine(FileContent content, ReadOnlySpan<byte> head)
    {
        if (content.ContentType == "video/x-matroska")
        {
            var container = Signatures.IsWebM(head) ? new FileContent(Video, "video/webm", "audio/webm") : content;
            return Signatures.IsMatroskaSound(head) ? container.Swapped() : container;
        }

        return content.ContentType == "audio/ogg" && Signatures.IsOggFilm(head) ? content.Swapped() : content;
    }

    private FileContent Swapped() => new(Type == Audio ? Video : Audio, Otherwise!, ContentType);
}
