using static Connectify.Tests.Protocol.Rfc6455.ClientBytes;

namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>Section 7: how a connection is closed.</summary>
internal static class ClosingCases
{
    public static IEnumerable<SocketCase> Closes()
    {
        yield return new("7.1.1 a text, then a close", script => script.Says("a").Hears("a"));
        yield return new("7.1.2 two closes", script => script.Sends(CloseFrame(1000), CloseFrame(1000)).IsClosedWith(1000));
        yield return new("7.1.3 a ping after the close", script => script.Sends(CloseFrame(1000), Frame(Ping, "late")).IsClosedWith(1000));
        yield return new("7.1.4 a text after the close", script => script.SendsIn(1000, CloseFrame(1000), Frame(Text, script.Dialect.Message("a"))).IsClosedWith(1000));
        yield return new("7.1.5 a close within a text", script
            => script.Sends(Frame(Text, "a", isLast: false), CloseFrame(1000), Frame(Continuation, "b")).IsClosedWith(1000));
        yield return new("7.1.6 much before the close, and a ping after it", script
            => script.Sends(Frame(Text, script.Dialect.Message("a", 60_000)), CloseFrame(1000), Frame(Ping, "late")).Hears("a").IsClosedWith(1000));
        yield return new("7.1.7 what is no frame after the close", script => script.Sends(CloseFrame(1000), new byte[2000]).IsClosedWith(1000));
        yield return new("7.3.1 a close without a code", script => script.Sends(Frame(Close, [])).IsClosedWith(1000));
        yield return new("7.3.2 a close of one byte", script => script.Sends(Frame(Close, [(byte)'a'])).IsClosedWith(1002));
        yield return new("7.3.3 a close with a code", script => script.Sends(CloseFrame(1000)).IsClosedWith(1000));
        yield return new("7.3.4 a close with a reason", script => script.Sends(CloseFrame(1000, "Hello-µ@ßöäüàá")).IsClosedWith(1000));
        yield return new("7.3.5 the longest close", script => script.Sends(CloseFrame(1000, new string('x', 123))).IsClosedWith(1000));
        yield return new("7.3.6 a close that is one byte too long", script => script.Sends(CloseFrame(1000, new string('x', 124))).IsClosedWith(1002));
        yield return new("7.3.7 a close byte by byte", script => script.SendsIn(1, CloseFrame(4321, "byte by byte")).IsClosedWith(1000));
        byte[][] reasons = [[0xff], [.. "κόσμε"u8, 0xf4, 0x90, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xc0, 0xaf]];
        foreach (var (i, reason) in reasons.Index())
        {
            yield return new($"7.5.{i + 1} a reason that isn't UTF-8", script => script.Sends(CloseFrame(1000, reason)).IsClosedWith(1007));
        }

        foreach (var code in new[] { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4003, 4999 })
        {
            yield return new($"7.7 code {code}", script => script.Sends(CloseFrame(code)).IsClosedWith(1000));
        }

        foreach (var code in new[] { 0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32_768, 65_535 })
        {
            yield return new($"7.9 code {code}", script => script.Sends(CloseFrame(code)).IsClosedWith(1002));
            yield return new($"7.9 code {code} with a reason", script => script.Sends(CloseFrame(code, "why")).IsClosedWith(1002));
        }

        yield return new("7.10 after a fault nothing is answered", script
            => script.SendsIn(10_000, Frame(Ping, "before"), Frame(3, ""), Frame(Ping, "after"), Frame(Text, script.Dialect.Message("a")))
                .HearsPong("before").IsClosedWith(1002));
    }
}
