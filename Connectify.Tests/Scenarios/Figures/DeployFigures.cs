using System.Collections.Concurrent;
using System.Diagnostics;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios.Figures;

/// <summary>G7: a node is told to end while it has many sockets and is sent to.</summary>
internal sealed class DeployFigures(Cluster cluster, Rest rest)
{
    private const int People = 10;
    private const int SocketsEach = 30;
    private const double PerSecond = 50;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);

    public async Task Measure()
    {
        var setup = await ScenarioSetup.Open(rest);
        var members = new List<Member>();
        for (var i = 0; i < People; i++) members.Add(await setup.Register($"member{i}"));
        var chat = await setup.Group([.. members]);
        var node = cluster.Nodes[0];
        var ears = new List<LatencyProbe>();
        foreach (var member in members)
        {
            for (var i = 0; i < SocketsEach; i++) ears.Add(await LatencyProbe.Open(node, member, chat));
        }

        var answers = new ConcurrentQueue<(long At, Answer Answer)>();
        var isListening = true;
        var load = FixedRate.Run(PerSecond, Before + TimeSpan.FromSeconds(10), async due =>
        {
            if (!isListening) return;
            answers.Enqueue((due, await rest.AskAt(node, HttpMethod.Post, $"/api/messaging/{chat.Path}send_message/", members[0].Token, new { content = "hi" })));
        });
        await Task.Delay(Before);
        var told = Stopwatch.GetTimestamp();
        node.Send(Signal.Terminate);
        var readiness = WatchReadiness(node, told, () => isListening = false);
        var refused = await RefusesSockets(node, members[0], chat, told);
        var exitCode = await node.Exited(Long);
        var gone = Milliseconds(told);
        var (unready, closed) = await readiness;
        await load;
        var ends = await Task.WhenAll(ears.Select(probe => probe.Closed));
        var closes = ends.Select(end => Stopwatch.GetElapsedTime(told, end.At).TotalMilliseconds).ToList();
        var unanswered = answers.Count(entry => entry.Answer.Status == 0 && entry.At < told + (long)(closed / 1000 * Stopwatch.Frequency));

        FigureSheet.Row("G7", "from SIGTERM: /readyz says 503 after · the port is closed after", $"{FigureSheet.Milliseconds(unready)} · {FigureSheet.Milliseconds(closed)}");
        FigureSheet.Row("G7", "from SIGTERM: new sockets are refused (503) after", FigureSheet.Milliseconds(refused));
        FigureSheet.Row("G7", $"from SIGTERM: {ends.Length} sockets closed, {ends.Count(end => end.Code == 1001)} of them with 1001",
            $"first {FigureSheet.Milliseconds(closes.Min())}, half {FigureSheet.Milliseconds(FigureSheet.Percentile(closes, 0.5))}, last {FigureSheet.Milliseconds(closes.Max())}");
        FigureSheet.Row("G7", "from SIGTERM: the process is gone after", $"{FigureSheet.Milliseconds(gone)}, exit code {exitCode}");
        FigureSheet.Row("G7", $"of {answers.Count} sends to that node while its port was open: without an answer", $"{unanswered}");
        foreach (var probe in ears) await probe.DisposeAsync();
        await node.Start();
        await cluster.Ready();
        await Roll();
    }

    private async Task Roll()
    {
        var report = await new Scenario(cluster, new ScenarioOptions(1, 6, TimeSpan.FromSeconds(6), SendsPerSecond: 80, [FaultKind.RestartNode])).Run();
        FigureSheet.Row("G7", $"6 rolling restarts under {report.Options.SendsPerSecond:0} sends/s, {report.Tally["acknowledged"]} acknowledged: broken promises", $"{report.Violations.Count}");
    }

    private static double Milliseconds(long since) => Stopwatch.GetElapsedTime(since).TotalMilliseconds;

    private static async Task<(double Unready, double Closed)> WatchReadiness(Node node, long told, Action closed)
    {
        var unready = double.NaN;
        await Waiting.Until(
            async () =>
            {
                var status = await node.Readiness();
                if (status == 503 && double.IsNaN(unready)) unready = Milliseconds(told);
                return status == 0;
            },
            "the port is closed");
        closed();
        return (unready, Milliseconds(told));
    }

    private static async Task<double> RefusesSockets(Node node, Member member, Chat chat, long told)
    {
        await Waiting.Until(
            async () => await PlainSocket.KnockStatus(new Uri($"ws://{node.Url.Authority}/ws/messaging/{chat.Path}?token={member.Token}")) == System.Net.HttpStatusCode.ServiceUnavailable,
            "sockets are refused");
        return Milliseconds(told);
    }
}
