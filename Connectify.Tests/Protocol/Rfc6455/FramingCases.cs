using static Connectify.Tests.Protocol.Rfc6455.ClientBytes;

namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>Sections 1 to 5: lengths and kinds of frames, pings, reserved bits and opcodes, fragments.</summary>
internal static class FramingCases
{
    private static readonly int[] Sizes = [125, 126, 127, 128, 65_535];
    private static readonly byte[] Noise = [0, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0, 0xff];

    public static IEnumerable<SocketCase> Lengths()
    {
        yield return new("1.1.1 an empty text", script => Empty(script));
        foreach (var (i, size) in Sizes.Index()) yield return new($"1.1.{i + 2} a text of {size} bytes", script => script.Says("a", size).Hears("a"));
        yield return new("1.1.7 the longest text", script => script.Says("a", script.Dialect.MaxBytes).Hears("a"));
        yield return new("1.1.8 the longest text in packets of 997 bytes", script
            => script.SendsIn(997, Frame(Text, script.Dialect.Message("a", script.Dialect.MaxBytes))).Hears("a"));
        yield return new("1.1.9 a text that is one byte too long", script => script.Says("a", script.Dialect.MaxBytes + 1).IsClosedWith(1009));
        foreach (var (i, size) in ((int[])[0, .. Sizes, 65_536]).Index())
        {
            yield return new($"1.2.{i + 1} {size} bytes of binary", script => script.Sends(Frame(Binary, new byte[size])).IsClosedWith(1003));
        }

        yield return new("1.2.8 binary in packets of 997 bytes", script => script.SendsIn(997, Frame(Binary, new byte[65_536])).IsClosedWith(1003));
        yield return new("1.2.9 the head of a binary frame that never comes", script => script.Sends(Head(Binary, 1 << 30)).IsClosedWith(1003));
        foreach (var (size, bytes) in new[] { (0, 2), (1, 2), (125, 2), (0, 8), (125, 8), (126, 8), (65_535, 8) })
        {
            yield return new($"1.3 a text of {size} bytes whose length takes {bytes}", script
                => script.Sends(Frame(Text, new byte[size], lengthBytes: bytes)).IsClosedWith(1002));
        }

        yield return new("1.3 a ping whose length takes more than it needs", script => script.Sends(Frame(Ping, [1, 2], lengthBytes: 2)).IsClosedWith(1002));
        yield return new("1.3 a length of 64 bits", script => script.Sends(Head(Text, long.MinValue + 5)).IsClosedWith(1002));
        yield return new("1.3 a length of all bits", script => script.Sends(Head(Text, -1)).IsClosedWith(1002));
        yield return new("1.4 a text without a mask", script => script.Sends(Frame(Text, script.Dialect.Message("a"), isMasked: false)).IsClosedWith(1002));
        yield return new("1.4 an empty text without a mask", script => script.Sends(Frame(Text, [], isMasked: false)).IsClosedWith(1002));
        yield return new("1.4 a ping without a mask", script => script.Sends(Frame(Ping, [], isMasked: false)).IsClosedWith(1002));
        yield return new("1.4 a close without a mask", script => script.Sends(Frame(Close, [3, 232], isMasked: false)).IsClosedWith(1002));
    }

    public static IEnumerable<SocketCase> Pings()
    {
        byte[] longest = [.. Enumerable.Repeat((byte)0xfe, 125)];
        yield return new("2.1 an empty ping", script => script.Sends(Frame(Ping, [])).HearsPong(""));
        yield return new("2.2 a ping of text", script => script.Sends(Frame(Ping, "Hello")).HearsPong("Hello"));
        yield return new("2.3 a ping of binary", script => script.Sends(Frame(Ping, Noise)).HearsPongs(Noise));
        yield return new("2.4 the longest ping", script => script.Sends(Frame(Ping, longest)).HearsPongs(longest));
        yield return new("2.5 a ping that is one byte too long", script => script.Sends(Frame(Ping, [.. longest, 0])).IsClosedWith(1002));
        yield return new("2.6 the longest ping byte by byte", script => script.SendsIn(1, Frame(Ping, longest)).HearsPongs(longest));
        yield return new("2.7 an empty pong", script => script.Sends(Frame(Pong, [])));
        yield return new("2.8 a pong nobody asked for", script => script.Sends(Frame(Pong, "unasked")));
        yield return new("2.9 a pong and a ping", script => script.Sends(Frame(Pong, "unasked"), Frame(Ping, "asked")).HearsPong("asked"));
        yield return new("2.10 ten pings", script => Ten(script, packet: 4096));
        yield return new("2.11 ten pings byte by byte", script => Ten(script, packet: 1));
        yield return new("2.12 a pong that is one byte too long", script => script.Sends(Frame(Pong, [.. longest, 0])).IsClosedWith(1002));
    }

    public static IEnumerable<SocketCase> Reserved()
    {
        yield return new("3.1 RSV3 on a text", script => script.Sends(Frame(Text, "a", reserved: 1)).IsClosedWith(1002));
        yield return new("3.2 RSV2 after a text and before a ping", script
            => script.Says("a").Hears("a").Sends(Frame(Text, "b", reserved: 2), Frame(Ping, "")).IsClosedWith(1002));
        yield return new("3.3 RSV2 and RSV3, each frame a packet", script
            => script.Says("a").Hears("a").Sends(Frame(Text, "b", reserved: 3)).Sends(Frame(Ping, "")).IsClosedWith(1002));
        yield return new("3.4 RSV1 byte by byte", script
            => script.Says("a").Hears("a").SendsIn(1, Frame(Text, "b", reserved: 4), Frame(Ping, "")).IsClosedWith(1002));
        yield return new("3.5 RSV1 and RSV3 on binary", script => script.Sends(Frame(Binary, Noise, reserved: 5)).IsClosedWith(1002));
        yield return new("3.6 RSV1 and RSV2 on a ping", script => script.Sends(Frame(Ping, "a", reserved: 6)).IsClosedWith(1002));
        yield return new("3.7 all on a close", script => script.Sends(Frame(Close, [], reserved: 7)).IsClosedWith(1002));
        yield return new("3.8 RSV1 on a continuation", script
            => script.Sends(Frame(Text, "a", isLast: false), Frame(Continuation, "b", reserved: 4)).IsClosedWith(1002));
        yield return new("3.9 RSV1 on a pong", script => script.Sends(Frame(Pong, "a", reserved: 4)).IsClosedWith(1002));
        foreach (var opcode in new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
        {
            var name = $"4.{(opcode < 8 ? 1 : 2)} opcode {opcode}";
            yield return new($"{name}, empty", script => script.Sends(Frame(opcode, "")).IsClosedWith(1002));
            yield return new($"{name}, with a payload", script => script.Sends(Frame(opcode, "reserved")).IsClosedWith(1002));
            yield return new($"{name} after a text and before a ping", script
                => script.Says("a").Hears("a").Sends(Frame(opcode, "b"), Frame(Ping, "")).IsClosedWith(1002));
        }
    }

    public static IEnumerable<SocketCase> Fragments()
    {
        yield return new("5.1 a ping in two", script => script.Sends(Frame(Ping, "a", isLast: false), Frame(Continuation, "b")).IsClosedWith(1002));
        yield return new("5.2 a pong in two", script => script.Sends(Frame(Pong, "a", isLast: false), Frame(Continuation, "b")).IsClosedWith(1002));
        yield return new("5.2 a close in two", script => script.Sends(Frame(Close, [3], isLast: false), Frame(Continuation, [232])).IsClosedWith(1002));
        yield return new("5.3 a text in two", script => script.SaysInParts(script.Dialect.Message("ab"), 5).Hears("ab"));
        yield return new("5.4 a text in two, one packet", script => Parts(script, 10_000).Hears("ab"));
        yield return new("5.5 a text in two byte by byte", script => Parts(script, 1).Hears("ab"));
        yield return new("5.6 a ping between the two", script => Pinged(script, 0).HearsPong("ping").Hears("ab"));
        yield return new("5.7 a ping between the two, one packet", script => Pinged(script, 10_000).HearsPong("ping").Hears("ab"));
        yield return new("5.8 a ping between the two byte by byte", script => Pinged(script, 1).HearsPong("ping").Hears("ab"));
        yield return new("5.9 a continuation of nothing", script
            => script.Sends(Frame(Continuation, "a"), Frame(Text, script.Dialect.Message("b"))).IsClosedWith(1002));
        yield return new("5.10 a continuation of nothing, one packet", script
            => script.SendsIn(10_000, Frame(Continuation, "a"), Frame(Text, script.Dialect.Message("b"))).IsClosedWith(1002));
        yield return new("5.11 a continuation of nothing byte by byte", script
            => script.SendsIn(1, Frame(Continuation, "a"), Frame(Text, script.Dialect.Message("b"))).IsClosedWith(1002));
        yield return new("5.12 a continuation of nothing that goes on", script => script.Sends(Frame(Continuation, "a", isLast: false)).IsClosedWith(1002));
        yield return new("5.13 an empty continuation of nothing", script => script.Sends(Frame(Continuation, "")).IsClosedWith(1002));
        yield return new("5.14 a continuation after a whole text", script => script.Says("a").Hears("a").Sends(Frame(Continuation, "b")).IsClosedWith(1002));
        yield return new("5.15 a continuation after a text in two", script
            => script.SaysInParts(script.Dialect.Message("ab"), 5).Hears("ab").Sends(Frame(Continuation, "c", isLast: false)).IsClosedWith(1002));
        yield return new("5.16 a text within a text", script => script.Sends(Frame(Text, "a", isLast: false), Frame(Text, "b")).IsClosedWith(1002));
        yield return new("5.17 a text that begins within a text", script
            => script.Sends(Frame(Text, "a", isLast: false), Frame(Text, "b", isLast: false)).IsClosedWith(1002));
        yield return new("5.18 binary within a text", script => script.Sends(Frame(Text, "a", isLast: false), Frame(Binary, "b")).IsClosedWith(1002));
        yield return new("5.19 five fragments and pings between them", script => Five(script, 0).HearsPong("one").HearsPong("two").Hears("abcde"));
        yield return new("5.20 the same byte by byte", script => Five(script, 1).HearsPong("one").HearsPong("two").Hears("abcde"));
        yield return new("5.21 binary in fragments", script => script.Sends(Frame(Binary, "a", isLast: false), Frame(Continuation, "b")).IsClosedWith(1003));
        yield return new("5.22 fragments that are together one byte too long", script
            => script.SaysInParts(script.Dialect.Message("a", script.Dialect.MaxBytes + 1), 30_000, 60_000).IsClosedWith(1009));
        yield return new("5.23 as many bytes as may be in three", script
            => script.SaysInParts(script.Dialect.Message("a", script.Dialect.MaxBytes), 30_000, 60_000).Hears("a"));
        yield return new("5.24 a close within a text", script => script.Sends(Frame(Text, "a", isLast: false), CloseFrame(1000)).IsClosedWith(1000));
    }

    // It is a message all the same, where messages are frames.
    private static void Empty(Script script)
    {
        script.Sends(Frame(Text, []));
        if (script.Dialect.AnswerToEmpty is { } answer) script.Hears(answer);
    }

    private static Script Ten(Script script, int packet)
    {
        for (var i = 0; i < 10; i++) script.SendsIn(packet, Frame(Ping, $"ping {i}")).HearsPong($"ping {i}");
        return script;
    }

    private static Script Parts(Script script, int packet)
    {
        var message = script.Dialect.Message("ab");
        return script.SendsIn(packet, Frame(Text, message[..5], isLast: false), Frame(Continuation, message[5..]));
    }

    // 0: each frame is a packet.
    private static Script Pinged(Script script, int packet)
    {
        var message = script.Dialect.Message("ab");
        byte[][] frames = [Frame(Text, message[..5], isLast: false), Frame(Ping, "ping"), Frame(Continuation, message[5..])];
        return packet == 0 ? script.Sends(frames) : script.SendsIn(packet, frames);
    }

    private static Script Five(Script script, int packet)
    {
        var message = script.Dialect.Message("abcde");
        byte[][] frames =
        [
            Frame(Text, message[..3], isLast: false), Frame(Continuation, message[3..7], isLast: false), Frame(Ping, "one"),
            Frame(Continuation, [], isLast: false), Frame(Continuation, message[7..9], isLast: false), Frame(Ping, "two"), Frame(Continuation, message[9..]),
        ];
        return packet == 0 ? script.Sends(frames) : script.SendsIn(packet, frames);
    }
}
