using Connectify.Server.Attachments.Uploads;
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
    [InlineData("pass\u200bword\u2060s\ufeff.txt", "passwords.txt")]
    [InlineData("a\u200c\u200d\u00ad\u034f\u180e\u2064\u3164\uffa0.txt", "a.txt")]
    [InlineData("a\U000E0001\U000E0041\U000E007F\ufe0f\U000E0100.txt", "a.txt")]
    [InlineData("\u200b\u2060", "file")]
    [InlineData(".\u200b.", "file")]
    [InlineData("Re\u0301sume\u0301.pdf", "R\u00e9sum\u00e9.pdf")]
    [InlineData("e\u200b\u0301.pdf", "\u00e9.pdf")]
    [InlineData("a\uffff\ufdd0.txt", "a\uffff\ufdd0.txt")]
    [InlineData("\u0600\u06dd.txt", "\u0600\u06dd.txt")]
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
