using System.Text;
using static Connectify.Tests.Protocol.Rfc6455.ClientBytes;

namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>Section 6: UTF-8, whole and in pieces, and what is none, told at the byte that shows it.</summary>
internal static class TextCases
{
    private const string Greek = "κόσμε";

    public static IEnumerable<SocketCase> Valid()
    {
        yield return new("6.1.1 an empty text in two empty fragments", script => Empty(script, 2));
        yield return new("6.1.2 an empty text in three empty fragments", script => Empty(script, 3));
        yield return new("6.1.3 a text between empty fragments", script =>
        {
            var message = script.Dialect.Message("middle");
            script.Sends(Frame(Text, [], isLast: false), Frame(Continuation, message, isLast: false), Frame(Continuation, [])).Hears("middle");
        });
        yield return new("6.2.1 a text of many alphabets", script => script.Says("Hello-µ@ßöäüàá-UTF-8!!").Hears("Hello-µ@ßöäüàá-UTF-8!!"));
        yield return new("6.2.2 the same, a fragment ends between characters", script => Cut(script, Greek, 4).Hears(Greek));
        yield return new("6.2.3 the same, each byte a fragment", script => EachByte(script, Greek).Hears(Greek));
        yield return new("6.2.4 the same, each byte a packet", script
            => script.SendsIn(1, Frame(Text, script.Dialect.Message(Greek))).Hears(Greek));
        string[] boundaries =
        [
            " ", "\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\ufffd", "\uffff", "\U00010000", "\U0001f44d", "\U0003fffe", "\U0010ffff", "\ufeff",
        ];
        foreach (var character in boundaries)
        {
            var name = $"U+{char.ConvertToUtf32(character, 0):X4}";
            yield return new($"6.7 {name}", script => script.Says($"a{character}b").Hears($"a{character}b"));
            yield return new($"6.7 {name} in fragments", script => EachByte(script, character).Hears(character));
        }

        for (var plane = 0; plane <= 16; plane++)
        {
            var last = char.ConvertFromUtf32((plane << 16) | 0xfffe);
            var veryLast = char.ConvertFromUtf32((plane << 16) | 0xffff);
            yield return new($"6.22 U+{plane:X}FFFE, which is no character and yet UTF-8", script => script.Says(last).Hears(last));
            yield return new($"6.22 U+{plane:X}FFFF, which is no character and yet UTF-8", script => script.Says(veryLast).Hears(veryLast));
        }
    }

    public static IEnumerable<SocketCase> Invalid()
    {
        // What shows the fault is the last byte of each: nothing after it is sent, neither of the text nor of the frame.
        var sequences = new (string Name, byte[] Bytes)[]
        {
            ("6.3 a byte that no text has", [0xff]),
            ("6.3 another one", [0xfe]),
            ("6.4 more than U+10FFFF", [0xf4, 0x90]),
            ("6.4 more than U+10FFFF, later", [.. "κόσμε"u8, 0xf4, 0x90]),
            ("6.11 four bytes of five", [0xf8]),
            ("6.11 of six", [0xfc]),
            ("6.12 U+1FFFFF", [0xf7]),
            ("6.12 U+13FFFF", [0xf5]),
            ("6.14 a continuation byte alone", [0x80]),
            ("6.14 the last continuation byte alone", [0xbf]),
            ("6.14 a continuation byte too many", [0xc3, 0xa4, 0x80]),
            ("6.15 a sequence of two that isn't continued", [0xc2, (byte)' ']),
            ("6.15 a sequence of three that isn't continued", [0xe1, (byte)' ']),
            ("6.15 a sequence of three that is continued once", [0xe1, 0xbd, (byte)' ']),
            ("6.15 a sequence of four that isn't continued", [0xf1, (byte)' ']),
            ("6.15 a sequence of four that is continued twice", [0xf1, 0x80, 0x80, (byte)' ']),
            ("6.15 a sequence within a sequence", [0xe1, 0xbd, 0xe1]),
            ("6.18 a slash in two bytes", [0xc0]),
            ("6.18 the last of those that are too long", [0xc1]),
            ("6.18 a slash in three bytes", [0xe0, 0x80]),
            ("6.19 the longest of those", [0xe0, 0x9f]),
            ("6.18 a slash in four bytes", [0xf0, 0x80]),
            ("6.19 the longest of these", [0xf0, 0x8f]),
            ("6.20 the first half of a surrogate pair", [0xed, 0xa0]),
            ("6.20 the last of the first halves", [0xed, 0xaf]),
            ("6.20 the second half of a surrogate pair", [0xed, 0xb0]),
            ("6.20 the last half", [0xed, 0xbf]),
            ("6.21 a surrogate pair in six bytes", [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80]),
        };
        foreach (var (name, bytes) in sequences)
        {
            yield return new($"{name}, in a whole frame", script => script.Sends(Frame(Text, script.Dialect.Message(bytes))).IsClosedWith(1007));
            yield return new($"{name}, at the end of a fragment", script => script.Sends(Frame(Text, Begun(script, bytes), isLast: false)).IsClosedWith(1007));
            yield return new($"{name}, each byte a fragment", script => script.Sends(Fragments(Begun(script, bytes))).IsClosedWith(1007));
            yield return new($"{name}, in a frame that goes on", script
                => script.Sends([.. Head(Text, 1000), .. Masked(Begun(script, bytes))]).IsClosedWith(1007));
            yield return new($"{name}, each byte a packet of a frame that goes on", script
                => script.SendsIn(1, Head(Text, 1000), Masked(Begun(script, bytes))).IsClosedWith(1007));
        }
    }

    public static IEnumerable<SocketCase> Unfinished()
    {
        byte[][] characters = [[.. "é"u8], [.. "€"u8], [.. "👍"u8]];
        foreach (var character in characters)
        {
            for (var length = 1; length < character.Length; length++)
            {
                var begun = character[..length];
                var name = $"6.6 {length} of {character.Length} bytes";
                yield return new($"{name} end a text", script => script.Sends(Frame(Text, Begun(script, begun))).IsClosedWith(1007));
                yield return new($"{name} end a text in fragments", script
                    => script.Sends(Frame(Text, Begun(script, begun), isLast: false), Frame(Continuation, [])).IsClosedWith(1007));
                yield return new($"{name} end a fragment", script
                    => Cut(script, Encoding.UTF8.GetString(character), length).Hears(Encoding.UTF8.GetString(character)));
                yield return new($"{name}, and a ping before the others", script =>
                {
                    var (message, cut) = (script.Dialect.Message(character), script.Dialect.WordStart + begun.Length);
                    script.Sends(Frame(Text, message[..cut], isLast: false), Frame(Ping, "é"), Frame(Continuation, message[cut..]))
                        .HearsPong("é").Hears(Encoding.UTF8.GetString(character));
                });
            }
        }

        yield return new("6.4 nothing wrong is left of it in the next text", script
            => Cut(script, Greek, 1).Hears(Greek).Says(Greek).Hears(Greek));
    }

    private static byte[] Begun(Script script, byte[] word) => script.Dialect.Message(word)[..(script.Dialect.WordStart + word.Length)];

    private static Script Cut(Script script, string word, int after)
        => script.SaysInParts(script.Dialect.Message(word), script.Dialect.WordStart + after);

    private static Script EachByte(Script script, string word)
    {
        var message = script.Dialect.Message(word);
        return script.SaysInParts(message, [.. Enumerable.Range(1, message.Length - 1)]);
    }

    // None of them is the last.
    private static byte[][] Fragments(byte[] text)
        => [.. text.Select((value, i) => Frame(i == 0 ? Text : Continuation, [value], isLast: false))];

    private static void Empty(Script script, int fragments)
    {
        for (var i = 1; i <= fragments; i++) script.Sends(Frame(i == 1 ? Text : Continuation, [], isLast: i == fragments));
        if (script.Dialect.AnswerToEmpty is { } answer) script.Hears(answer);
    }
}
