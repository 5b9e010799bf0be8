namespace Connectify.Server.Attachments;

/// <summary>
/// MP3 and AAC files without tags begin with a frame whose sync is only eleven bits long. So the whole header
/// must make sense, and where the next frame is within sight it must begin where this one ends.
/// </summary>
internal static class MpegAudio
{
    private static readonly int[] Kilobits1 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly int[] Kilobits2 = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    private static readonly int[] Rates = [44100, 48000, 32000];

    /// <summary>MPEG 1, 2 or 2.5, layer III.</summary>
    public static bool IsLayer3(ReadOnlySpan<byte> head)
    {
        if (head.Length < 4 || head[0] != 0xFF || (head[1] & 0xE6) != 0xE2) return false;
        var version = (head[1] >> 3) & 3;
        var (bitrate, rate) = (head[2] >> 4, (head[2] >> 2) & 3);
        if (version == 1 || bitrate is 0 or 15 || rate == 3) return false;

        const int Mpeg1 = 3, Mpeg25 = 0;
        var kilobits = (version == Mpeg1 ? Kilobits1 : Kilobits2)[bitrate - 1];
        var hertz = version switch { Mpeg1 => Rates[rate], Mpeg25 => Rates[rate] / 4, _ => Rates[rate] / 2 };
        var padding = (head[2] >> 1) & 1;
        return GoesOn(head, ((version == Mpeg1 ? 144_000 : 72_000) * kilobits / hertz) + padding);
    }

    /// <summary>AAC in an ADTS stream.</summary>
    public static bool IsAdts(ReadOnlySpan<byte> head)
    {
        const int HeaderBytes = 7;
        if (head.Length < HeaderBytes || head[0] != 0xFF || (head[1] & 0xF6) != 0xF0) return false;
        var length = ((head[3] & 3) << 11) | (head[4] << 3) | (head[5] >> 5);
        return length >= HeaderBytes && GoesOn(head, length);
    }

    private static bool GoesOn(ReadOnlySpan<byte> head, int frame)
        => frame + 1 >= head.Length || (head[frame] == 0xFF && (head[frame + 1] & 0xFE) == (head[1] & 0xFE));
}
