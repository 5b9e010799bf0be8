using System.Diagnostics;

namespace Connectify.Tests.Scenarios;

/// <summary>How one run is to be.</summary>
/// <param name="Seed">Decides the schedule.</param>
/// <param name="Faults">How many.</param>
/// <param name="Pause">From one fault to the next, in the mean.</param>
/// <param name="SendsPerSecond">By everybody together.</param>
/// <param name="Kinds">Which faults; all when left out.</param>
internal sealed record ScenarioOptions(int Seed, int Faults, TimeSpan Pause, double SendsPerSecond = 80, FaultKind[]? Kinds = null);

/// <summary>What a run came to.</summary>
/// <param name="Options">What it was to be.</param>
/// <param name="Tally">What happened.</param>
/// <param name="Violations">Which promises were broken.</param>
/// <param name="Took">From the first send to the last check.</param>
/// <param name="Settled">From when all was mended until everybody knew everything.</param>
/// <param name="Stories">What clients saw that found something wrong.</param>
internal sealed record ScenarioReport(ScenarioOptions Options, RunCounters Tally, IReadOnlyList<Violation> Violations, TimeSpan Took, TimeSpan Settled, IReadOnlyList<string> Stories)
{
    public int Count(Breach breach) => Violations.Count(violation => violation.Breach == breach);

    public override string ToString() => string.Join(
        Environment.NewLine,
        [
            $"seed {Options.Seed}: {Options.Faults} faults in {Took.TotalSeconds:0} s, everybody knew everything {Settled.TotalSeconds:0.0} s after the last",
            $"  {string.Join(", ", Enum.GetValues<FaultKind>().Where(kind => Tally[$"{kind}"] > 0).Select(kind => $"{kind} × {Tally[$"{kind}"]}"))}",
            $"  {Tally}",
            $"  {string.Join(", ", Enum.GetValues<Breach>().Select(breach => $"{Count(breach)} {breach}"))}",
            .. Stories.Take(3).Select(story => $"  ? {story}"),
            .. Violations.Take(20).Select(violation => $"  ! {violation}"),
        ]);
}

/// <summary>One run: people talk while things go wrong; then all is mended, and what they saw is held against what was stored.</summary>
internal sealed class Scenario(Cluster cluster, ScenarioOptions options)
{
    private static readonly TimeSpan PatienceWithSends = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PatienceWithDevices = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly RunCounters _counters = new();

    public async Task<ScenarioReport> Run()
    {
        var random = new Random(options.Seed);
        using var rest = new Rest(cluster);
        var users = await ScenarioUsers.Gather(cluster, rest, _counters, random);
        var clock = Stopwatch.StartNew();
        using var traffic = new TrafficGenerator(users, _counters, options.SendsPerSecond, random);
        foreach (var device in users.Devices) device.Start();
        traffic.Start();
        await new Faults(cluster, users, _counters).Run(Schedule.Make(options.Seed, options.Faults, options.Pause, options.Kinds));
        await cluster.Ready();
        var mended = clock.Elapsed;
        await traffic.Stop(PatienceWithSends);
        await Settle(users);
        var settled = clock.Elapsed - mended;
        await Task.WhenAll(users.Devices.Select(device => device.DisposeAsync().AsTask()));
        var committed = await cluster.Journal.Read([.. users.Chats.Select(chat => chat.Id)], [.. users.Chats.SelectMany(chat => chat.Returns)]);
        var histories = users.Devices.SelectMany(device => device.Histories).ToList();
        var violations = Checker.Check(committed, histories, traffic.Sendings, traffic.Changings);
        var stories = histories.Where(history => new HistoryCheck(committed, history).Run().Count > 0).Select(history => history.Story());
        return new ScenarioReport(options, _counters, violations, clock.Elapsed, settled, [.. stories]);
    }

    // Until every device has heard the last change there is. One that never does is found by the check.
    private async Task Settle(ScenarioUsers users)
    {
        using var patience = new CancellationTokenSource(PatienceWithDevices);
        while (!patience.IsCancellationRequested)
        {
            var seqs = await cluster.Journal.LastSeqs([.. users.Chats.Select(chat => chat.Id)]);
            if (users.Devices.SelectMany(device => device.Histories).All(history => history.Position >= seqs[history.ChatId])) break;
            await Task.Delay(Look);
        }

        foreach (var member in users.Members) await member.AllOwed().WaitAsync(PatienceWithDevices);
    }
}
