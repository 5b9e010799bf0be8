using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks.Workloads;

/// <summary>What one server reached in one run of W1, W2 or W3.</summary>
/// <param name="Most">The highest rate sustained.</param>
/// <param name="Moderate">At the moderate rate.</param>
/// <param name="Faults">What was lost, doubled, misrouted, out of order, or not stored as sent, at rates that count.</param>
internal sealed record FanOutResult(StepResult? Most, StepResult Moderate, List<string> Faults);

/// <summary>W1, W2, W3: how many deliveries a second a server sustains, and what each costs.</summary>
/// <param name="Name">W1, W2 or W3.</param>
/// <param name="World">Who is there.</param>
/// <param name="ModerateRate">Deliveries a second.</param>
/// <param name="FirstRate">Deliveries a second of the warm-up; the search begins above it.</param>
internal sealed record FanOut(string Name, Func<ChatWorld> World, double ModerateRate, double FirstRate)
{
    public static readonly FanOut[] All =
    [
        new("W1", () => ChatWorld.Conversations(100), 200, 1_000),
        new("W2", () => ChatWorld.Groups(10, 100), 2_000, 10_000),
        new("W3", () => ChatWorld.Groups(1, 1_000), 2_000, 20_000),
    ];

    /// <param name="kind">Which server.</param>
    /// <param name="cluster">Its PostgreSQL.</param>
    /// <param name="profile">How long and how exact.</param>
    /// <param name="before">What it reached in the run before; 0: nothing is known.</param>
    public async Task<FanOutResult> Run(ServerKind kind, Cluster cluster, RunProfile profile, double before)
    {
        await using var run = await BenchmarkRun.Open(kind, World(), cluster);
        using var seats = new ConnectedSeats(run);
        seats.Connect();
        var loop = new OpenLoop(run, seats);

        // The runtime compiles what is hot; that is not to be measured.
        loop.Run(FirstRate, 0, profile.Compile);
        var faults = new List<string>();
        var most = Search(rate => loop.Run(rate, profile.WarmUp, profile.Seconds), profile, before > 0 ? before * 0.75 : FirstRate * profile.Leap, faults);
        seats.BeQuiet();
        var moderate = loop.Run(ModerateRate, 0.5, profile.ModerateSeconds);
        faults.AddRange(moderate.Faults.Select(fault => $"moderate: {fault}"));
        if (kind.PromisesOneOrder && seats.Ledger.ChatsOutOfOrder() is > 0 and var count) faults.Add($"{count} chats without one order");
        faults.AddRange(await run.CheckRows(seats.Ledger.SentTo));
        return new FanOutResult(most, moderate, faults);
    }

    // Up until it fails, then halving between what held and what failed.
    private static StepResult? Search(Func<double, StepResult> step, RunProfile profile, double rate, List<string> faults)
    {
        StepResult? best = null;
        var (held, failed) = (0.0, double.PositiveInfinity);
        while (rate > 10 && failed / Math.Max(held, 1) > profile.Exactness)
        {
            var result = step(rate);
            if (!result.IsSustained) result = step(rate); // On a shared machine a stall is no limit.
            Console.Error.WriteLine(
                $"    {rate,10:N0}/s: {result.Delivered,10:N0}/s  p50 {result.P50,7:N1} p99 {result.P99,7:N1} ms  server {result.ServerLoad:P0} client {result.ClientLoad:P0} {(result.IsSustained ? "" : "not sustained ")}{string.Join("; ", result.Faults)}");
            faults.AddRange(result.Faults.Select(fault => $"at {rate:N0}/s: {fault}"));
            if (result.Faults.Count > 0) return best;
            if (result.IsSustained) (held, best) = (rate, result);
            else failed = rate;
            rate = double.IsInfinity(failed) ? rate * profile.Stride : held == 0 ? failed / 2 : Math.Sqrt(held * failed);
        }

        return best;
    }
}
