using System.Text.Unicode;
using Connectify.Protocol;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Connectify.Tests.Protocol;

/// <summary>Text in pieces is judged as it would be whole, and no later than at the byte that decides.</summary>
public class Utf8ValidatorTests
{
    // Bytes around each boundary of Unicode's table of well-formed sequences, and long runs between which they stand.
    private static readonly byte[][] Parts =
    [
        [.. "a"u8], [.. "\u00e9"u8], [.. "\u20ac"u8], [.. "\ud83d\udc4d"u8], [.. "the fast way through many bytes of ASCII"u8],
        [0x7f], [0x80], [0x8f], [0x90], [0x9f], [0xa0], [0xbf], [0xc0], [0xc1], [0xc2], [0xdf], [0xe0], [0xe1], [0xec], [0xed], [0xee], [0xef], [0xf0],
        [0xf1], [0xf3], [0xf4], [0xf5], [0xff],
    ];

    private static Arbitrary<byte[]> Texts { get; } = Arb.From(Gen.ArrayOf(Gen.Elements(Parts)).Select(parts => parts.SelectMany(part => part).ToArray()));

    [Fact]
    public void Whatever_the_pieces_the_verdict_is_the_same_and_comes_at_the_byte_that_decides()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Texts, Arb.From(Gen.Choose(1, 9)), (text, size) =>
        {
            var validator = default(Utf8Validator);
            for (var read = 0; read < text.Length;)
            {
                var piece = text.AsSpan(read, Math.Min(size, text.Length - read));
                read += piece.Length;
                var mayGoOn = MayGoOn(text.AsSpan(0, read));
                validator.TryAdd(piece).Should().Be(mayGoOn, "after {0} of {1} in pieces of {2}", read, Convert.ToHexString(text), size);
                if (!mayGoOn) return;
            }

            validator.IsComplete.Should().Be(Utf8.IsValid(text));
        }));

    [Fact]
    public void Each_sequence_of_up_to_three_bytes_is_judged_byte_by_byte()
    {
        for (var first = 0x80; first <= 0xff; first++)
        {
            for (var rest = 0; rest <= 0xffff; rest += 0x0f)
            {
                byte[] text = [(byte)first, (byte)(rest >> 8), (byte)rest];
                var validator = default(Utf8Validator);
                var isTaken = text.All(value => validator.TryAdd([value]));
                if (isTaken != MayGoOn(text)) isTaken.Should().Be(MayGoOn(text), "of {0}", Convert.ToHexString(text));
            }
        }
    }

    [Fact]
    public void Empty_pieces_change_nothing()
    {
        var validator = default(Utf8Validator);
        validator.TryAdd([]).Should().BeTrue();
        validator.IsComplete.Should().BeTrue();
        validator.TryAdd([0xe2, 0x82]).Should().BeTrue();
        validator.TryAdd([]).Should().BeTrue();
        validator.IsComplete.Should().BeFalse();
        validator.TryAdd([0xac]).Should().BeTrue();
        validator.IsComplete.Should().BeTrue();
    }

    // Table 3-7 of the Unicode standard, byte by byte.
    private static bool MayGoOn(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var (length, low, high) = text[0] switch
            {
                < 0x80 => (1, 0, 0),
                >= 0xc2 and <= 0xdf => (2, 0x80, 0xbf),
                0xe0 => (3, 0xa0, 0xbf),
                0xed => (3, 0x80, 0x9f),
                >= 0xe1 and <= 0xef => (3, 0x80, 0xbf),
                0xf0 => (4, 0x90, 0xbf),
                >= 0xf1 and <= 0xf3 => (4, 0x80, 0xbf),
                0xf4 => (4, 0x80, 0x8f),
                _ => (0, 0, 0),
            };
            if (length == 0) return false;
            for (var i = 1; i < Math.Min(length, text.Length); i++)
            {
                if (text[i] < low || text[i] > high) return false;
                (low, high) = (0x80, 0xbf);
            }

            text = text[Math.Min(length, text.Length)..];
        }

        return true;
    }
}
