using System.Diagnostics;
using System.Net.Sockets;

namespace Connectify.Tests.Scenarios.Figures;

/// <summary>G8: what a member who doesn't read does to the others of his group, all at one node.</summary>
internal sealed class StallFigures(Cluster cluster, Rest rest)
{
    private const int SocketsEach = 50;
    private const int Length = 8_000;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);

    public async Task Measure()
    {
        foreach (var (size, perSecond) in new[] { (10, 40.0), (200, 15.0), (1000, 4.0) }) await Measure(size, perSecond);
    }

    private async Task Measure(int size, double perSecond)
    {
        var setup = await ScenarioSetup.Open(rest);
        var members = new List<Member>();
        for (var i = 0; i < Math.Max(2, (size + SocketsEach - 1) / SocketsEach); i++) members.Add(await setup.Register($"member{i}"));
        var victim = await setup.Register("victim");
        var chat = await setup.Group([.. members, victim]);
        var ears = new List<LatencyProbe>();
        for (var i = 0; i < size - 1; i++) ears.Add(await LatencyProbe.Open(cluster.Nodes[0], members[i % members.Count], chat));

        await Talk(Before);
        using var stalled = await Stalled(victim, chat);
        var stalledAt = Stopwatch.GetTimestamp();
        using var end = new CancellationTokenSource();
        var cut = Cut(stalled, end);
        await Talk(Longest, end.Token);
        var cutAfter = await cut;
        foreach (var probe in ears) await probe.DisposeAsync();

        var delays = ears.SelectMany(probe => probe.Delays).ToList();
        var (before, during) = (delays.Where(delay => delay.SentAt < stalledAt), delays.Where(delay => delay.SentAt >= stalledAt));
        FigureSheet.Row("G8", $"{size} sockets, {perSecond:0} messages of 8 kB/s: before one stalls", FigureSheet.Delays(before.Select(delay => delay.Milliseconds)));
        FigureSheet.Row("G8", $"{size} sockets: while it is stalled", FigureSheet.Delays(during.Select(delay => delay.Milliseconds)));
        FigureSheet.Row("G8", $"{size} sockets: the stalled one is cut after", FigureSheet.Milliseconds(cutAfter));

        Task Talk(TimeSpan duration, CancellationToken until = default) => FixedRate.Run(perSecond, duration, due => until.IsCancellationRequested
            ? Task.CompletedTask
            : rest.AskAt(cluster.Nodes[1], HttpMethod.Post, $"/api/messaging/{chat.Path}send_message/", members[0].Token, new { content = LatencyProbe.Stamped(due, Length) }));
    }

    // The other side of a stalled reader sees nothing; the server's journal of its connections does: the kernel's.
    private async Task<double> Cut(TcpClient stalled, CancellationTokenSource end)
    {
        var clock = Stopwatch.StartNew();
        var port = ((System.Net.IPEndPoint)stalled.Client.LocalEndPoint!).Port;
        await Waiting.Until(() => !IsEstablished(port), "the stalled socket is cut");
        await end.CancelAsync();
        return clock.Elapsed.TotalMilliseconds;
    }

    // The server's end, by the kernel's table: remote port, state 01.
    private bool IsEstablished(int port)
        => File.ReadLines("/proc/net/tcp").Any(line => line.Contains($":{cluster.Nodes[0].Url.Port:X4} 0100007F:{port:X4} 01", StringComparison.Ordinal));

    private async Task<TcpClient> Stalled(Member victim, Chat chat)
    {
        var tcp = new TcpClient { ReceiveBufferSize = 4096 };
        var url = cluster.Nodes[0].Url;
        await tcp.ConnectAsync(url.Host, url.Port);
        var request = $"GET /ws/messaging/{chat.Path}?token={victim.Token} HTTP/1.1\r\nHost: {url.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        await tcp.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(request));
        await tcp.GetStream().ReadExactlyAsync(new byte[16]);
        return tcp;
    }
}
