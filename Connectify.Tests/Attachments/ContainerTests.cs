using Connectify.Server.Attachments.Sniffing;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

public class ContainerTests
{
    private static readonly string[] Formats =
    [
        "isom", "mp42", "M4A", "M4B", "M4V", "qt", "3gp4", "3g2a", "wide", "mdat", "moov", "free", "webm", "matroska", "ogg", "asf", "flv", "avi",
    ];

    public static TheoryData<string> All => [.. Formats];

    [Theory]
    [MemberData(nameof(All))]
    public async Task It_is_what_is_in_it_and_may_be_sent_as_either(string format)
    {
        await Is("audio", format, "sound");
        await Is("audio", format, "sound", "text");
        await Is("video", format, "film");
        await Is("video", format, "text", "sound", "film");
        await Is("video", format, "film", "sound");
    }

    [Theory]
    [InlineData("M4B", "audio")]
    [InlineData("M4A", "audio")]
    [InlineData("qt", "video")]
    public async Task Pictures_of_chapters_are_no_film_in_an_audio_book(string brand, string type) => await Is(type, brand, "sound", "still");

    [Theory]
    [MemberData(nameof(All))]
    public async Task Cut_off_anywhere_it_is_still_one_of_the_two(string format)
    {
        var whole = Containers.Of(format, "sound");
        foreach (var length in (int[])[16, 40, 100, whole.Length / 2, whole.Length - 60, whole.Length - 1])
        {
            var content = await FileContent.Detect(new MemoryStream(whole[..Math.Clamp(length, 16, whole.Length)]), default);
            (content.ContentTypeAs("audio"), content.ContentTypeAs("video")).Should().Match<(string?, string?)>(types => types.Item1 != null && types.Item2 != null);
        }
    }

    [Fact]
    public async Task A_file_that_leads_nowhere_is_given_up()
    {
        // A million boxes of eight bytes, and boxes within boxes.
        byte[] boxes = [.. Containers.Of("isom")[..20], .. Enumerable.Repeat<byte[]>([0, 0, 0, 8, .. "skip"u8], 1_000_000).SelectMany(box => box)];
        var counted = new CountedReads(boxes);
        (await FileContent.Detect(counted, default)).Type.Should().Be("video");
        counted.Reads.Should().BeLessThan(1100);

        byte[] nested = [.. Containers.Of("isom")[..20], .. Enumerable.Repeat<byte[]>([0, 0, 0, 0, .. "moov"u8], 100_000).SelectMany(box => box)];
        (await FileContent.Detect(new MemoryStream(nested), default)).Type.Should().Be("video");
        var random = new Random(18);
        foreach (var format in Formats)
        {
            var file = Containers.Of(format, "sound");
            for (var i = 0; i < 200; i++)
            {
                file[random.Next(12, Math.Min(400, file.Length))] = (byte)random.Next(256);
                await FileContent.Detect(new MemoryStream(file), default);
            }
        }
    }

    private static async Task Is(string type, string format, params string[] tracks)
    {
        var content = await FileContent.Detect(new MemoryStream(Containers.Of(format, tracks)), default);
        content.Type.Should().Be(type, "{0} has {1}", format, string.Join(" and ", tracks));
        content.ContentTypeAs("audio").Should().StartWith("audio/");
        content.ContentTypeAs("video").Should().StartWith("video/");
        content.ContentTypeAs("image").Should().BeNull();
    }

    private sealed class CountedReads(byte[] bytes) : MemoryStream(bytes)
    {
        public int Reads { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
