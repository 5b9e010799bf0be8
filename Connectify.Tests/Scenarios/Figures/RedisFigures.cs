namespace Connectify.Tests.Scenarios.Figures;

/// <summary>G4: how long it takes until members at other nodes hear, with Redis and without.</summary>
internal sealed class RedisFigures(Cluster cluster, Rest rest)
{
    private const double PerSecond = 20;
    private const int Times = 4;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(4);

    public async Task Measure()
    {
        var setup = await ScenarioSetup.Open(rest);
        Member ann = await setup.Register("ann"), bo = await setup.Register("bo");
        var chat = await setup.Conversation(ann, bo);
        await using var probe = await LatencyProbe.Open(cluster.Nodes[1], bo, chat);
        await Row("with Redis", () => Task.CompletedTask, () => Task.CompletedTask);
        await Row("Redis killed", cluster.Redis.Kill, cluster.Redis.Run);
        await Row("Redis frozen (SIGSTOP)", Now(cluster.Redis.Freeze), Now(cluster.Redis.Thaw));
        await Row("Redis paused (CLIENT PAUSE)", () => cluster.Redis.Do("CLIENT", "PAUSE", $"{Each.TotalMilliseconds:0}"), () => Task.CompletedTask);
        await Row("Redis flushed, its clients turned away", Flush, () => Task.CompletedTask);

        async Task Row(string what, Func<Task> hurt, Func<Task> heal)
        {
            probe.Delays.Clear();
            var acknowledged = 0;
            for (var i = 0; i < Times; i++)
            {
                // At any point between two of the nodes' own looks.
                await Task.Delay(Random.Shared.Next(1000));
                await hurt();
                await FixedRate.Run(PerSecond, Each, async due =>
                {
                    var answer = await rest.AskAt(cluster.Nodes[0], HttpMethod.Post, $"/api/messaging/{chat.Path}send_message/", ann.Token, new { content = LatencyProbe.Stamped(due) });
                    if (answer.Known == Known.Done) Interlocked.Increment(ref acknowledged);
                });
                await Waiting.Until(() => probe.Delays.Count == acknowledged, "all is heard");
                await heal();
                await cluster.Ready();
            }

            FigureSheet.Row("G4", $"{what}, {Times} × {Each.TotalSeconds:0} s: heard at another node after", $"{FigureSheet.Delays(probe.Delays.Select(delay => delay.Milliseconds))}; {acknowledged} of {Times * PerSecond * Each.TotalSeconds:0} acknowledged");
        }
    }

    private static Func<Task> Now(Action act) => () =>
    {
        act();
        return Task.CompletedTask;
    };

    private async Task Flush()
    {
        await cluster.Redis.Do("FLUSHALL");
        foreach (var clients in new[] { "pubsub", "normal" }) await cluster.Redis.Do("CLIENT", "KILL", "TYPE", clients);
    }
}
