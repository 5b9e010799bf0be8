using Connectify.Server.Attachments;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

public class FileNameTests
{
    [Theory]
    [InlineData("cat.png", "cat.png")]
    [InlineData("Grüße 👋🏽.txt", "Grüße 👋🏽.txt")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData(@"C:\Users\ann\cat.png", "cat.png")]
    [InlineData("/", "file")]
    [InlineData("", "file")]
    [InlineData(null, "file")]
    [InlineData("..", "file")]
    [InlineData("a/.", "file")]
    [InlineData("   ", "file")]
    [InlineData("a\r\nSet-Cookie: x=1\0.txt", "aSet-Cookie: x=1.txt")]
    [InlineData("photo\u202egpj.exe", "photogpj.exe")]
    public void It_is_made_harmless(string? given, string clean) => FileName.Clean(given).Should().Be(clean);

    // Not inline: test data is kept as UTF-8, which has no half pairs.
    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => FileName.Clean("half \ud800 a pair").Should().Be("half \ufffd a pair");

    [Fact]
    public void A_long_one_keeps_its_extension()
        => FileName.Clean(new string('a', 300) + ".jpeg").Should().Be(new string('a', 250) + ".jpeg");

    [Fact]
    public void A_cut_leaves_no_half_character()
    {
        var clean = FileName.Clean("a" + string.Concat(Enumerable.Repeat("👋", 200)) + ".png");
        clean.Should().HaveLength(255).And.EndWith("👋.png");
    }
}
