namespace Connectify.Server.Attachments.Sniffing;

/// <summary>
/// MP2, MP3 and AAC files without tags begin with a frame whose sync is only eleven bits long. So the whole header
/// must make sense, and where the next frame is within sight it must begin where this one ends.
/// </summary>
internal static class MpegAudio
{
    private const int Layer2 = 2;
    private const int Mpeg1 = 3, Mpeg25 = 0, NoVersion = 1;

    private static readonly int[] Kilobits1Layer2 = [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
    private static readonly int[] Kilobits1Layer3 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly int[] Kilobits2 = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    private static readonly int[] Rates = [44100, 48000, 32000];

    /// <summary>A file that begins with a frame, or with an ID3 tag before it.</summary>
    /// <returns>null: it doesn't.</returns>
    public static FileContent? Find(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("ID3"u8) || IsLayer2Or3(head)) return new FileContent(FileContent.Audio, "audio/mpeg");
        return IsAdts(head) ? new FileContent(FileContent.Audio, "audio/aac") : null;
    }

    // MPEG 1, 2 or 2.5. Layer I is left out: nothing writes it, and its sync is the byte order mark of UTF-16.
    private static bool IsLayer2Or3(ReadOnlySpan<byte> head)
    {
        if (head.Length < 4 || head[0] != 0xFF || (head[1] & 0xE0) != 0xE0) return false;
        var (version, layer) = ((head[1] >> 3) & 3, (head[1] >> 1) & 3);
        var (bitrate, rate) = (head[2] >> 4, (head[2] >> 2) & 3);
        if (version == NoVersion || layer is 0 or 3 || bitrate is 0 or 15 || rate == 3) return false;

        var kilobits = (version != Mpeg1 ? Kilobits2 : layer == Layer2 ? Kilobits1Layer2 : Kilobits1Layer3)[bitrate - 1];
        var hertz = version switch { Mpeg1 => Rates[rate], Mpeg25 => Rates[rate] / 4, _ => Rates[rate] / 2 };
        var padding = (head[2] >> 1) & 1;
        return GoesOn(head, ((version == Mpeg1 || layer == Layer2 ? 144_000 : 72_000) * kilobits / hertz) + padding);
    }

    private static bool IsAdts(ReadOnlySpan<byte> head)
    {
        const int HeaderBytes = 7;
        if (head.Length < HeaderBytes || head[0] != 0xFF || (head[1] & 0xF6) != 0xF0) return false;
        var length = ((head[3] & 3) << 11) | (head[4] << 3) | (head[5] >> 5);
        return length >= HeaderBytes && GoesOn(head, length);
    }

    private static bool GoesOn(ReadOnlySpan<byte> head, int frame)
        => frame + 1 >= head.Length || (head[frame] == 0xFF && (head[frame + 1] & 0xFE) == (head[1] & 0xFE));
}
