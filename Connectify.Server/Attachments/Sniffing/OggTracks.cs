namespace Connectify.Server.Attachments.Sniffing;

/// <summary>The streams of an Ogg file: each begins with a page that names its codec, before any page of content (RFC 3533).</summary>
internal static class OggTracks
{
    private const int BeginsStream = 2;
    private const int LongestPage = 512;

    public static Tracks Find(ReadOnlySpan<byte> head)
    {
        var found = Tracks.None;
        while (head.Length > 5 && head.StartsWith("OggS"u8) && (head[5] & BeginsStream) != 0)
        {
            var next = head[4..].IndexOf("OggS"u8) + 4;
            var page = head[..(next < 4 ? Math.Min(head.Length, LongestPage) : next)];
            found |= Codec(page);
            head = head[page.Length..];
        }

        return found;
    }

    private static Tracks Codec(ReadOnlySpan<byte> page)
    {
        if (page.IndexOf("theora"u8) >= 0 || page.IndexOf("BBCD\0"u8) >= 0 || page.IndexOf("OVP80"u8) >= 0
            || page.IndexOf("\u0001video"u8) >= 0 || page.IndexOf("daala"u8) >= 0)
        {
            return Tracks.Film;
        }

        return page.IndexOf("OpusHead"u8) >= 0 || page.IndexOf("vorbis"u8) >= 0 || page.IndexOf("Speex"u8) >= 0 || page.IndexOf("FLAC"u8) >= 0
            ? Tracks.Sound
            : Tracks.None;
    }
}
