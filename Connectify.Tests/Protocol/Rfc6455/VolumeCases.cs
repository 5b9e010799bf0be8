using static Connectify.Tests.Protocol.Rfc6455.ClientBytes;

namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>Sections 9 and 10: much at once, up to the longest message there is here.</summary>
internal static class VolumeCases
{
    private const int MessagesInARow = 100;

    public static IEnumerable<SocketCase> Volumes()
    {
        foreach (var kib in new[] { 4, 16, 32, 48, 64 })
        {
            yield return new($"9.1 a text of {kib} KiB", script => script.Says("a", kib * 1024).Hears("a"));
            yield return new($"9.2 binary of {kib} KiB", script => script.Sends(Frame(Binary, new byte[kib * 1024])).IsClosedWith(1003));
        }

        foreach (var size in new[] { 64, 256, 1024, 4096, 16_384, 65_535 })
        {
            yield return new($"9.3 a text of 64 KiB in fragments of {size} bytes", script => Fragmented(script, size));
            yield return new($"9.4 binary of 64 KiB in fragments of {size} bytes", script
                => script.Sends(Frame(Binary, new byte[size], isLast: false), Frame(Continuation, new byte[65_536 - size])).IsClosedWith(1003));
        }

        foreach (var size in new[] { 64, 128, 256, 512, 1024, 2048 })
        {
            yield return new($"9.5 a text of 64 KiB in packets of {size} bytes", script
                => script.SendsIn(size, Frame(Text, script.Dialect.Message("a", 65_536))).Hears("a"));
            yield return new($"9.6 binary of 64 KiB in packets of {size} bytes", script => script.SendsIn(size, Frame(Binary, new byte[65_536])).IsClosedWith(1003));
        }

        foreach (var size in new[] { 0, 100, 256, 1024, 4096 })
        {
            yield return new($"9.7 {MessagesInARow} texts of {size} bytes", script => InARow(script, size));
            yield return new($"9.8 {MessagesInARow} texts of {size} bytes with pings between them", script => InARow(script, size, isPinged: true));
        }

        yield return new("10.1.1 a text of 64 KiB in fragments of 1300 bytes", script => Fragmented(script, 1300));
    }

    private static void Fragmented(Script script, int size)
    {
        const int Whole = 65_536;
        int[] cuts = [.. Enumerable.Range(1, (Whole - 1) / size).Select(i => i * size)];
        script.SaysInParts(script.Dialect.Message("a", Whole), cuts).Hears("a");
    }

    private static void InARow(Script script, int size, bool isPinged = false)
    {
        for (var i = 0; i < MessagesInARow; i++)
        {
            script.Says($"{i}", size == 0 ? null : size).Hears($"{i}");
            if (isPinged) script.Sends(Frame(Ping, $"{i}")).HearsPong($"{i}");
        }
    }
}
