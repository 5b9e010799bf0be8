using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks.Workloads;

/// <summary>W8: whether a delivery costs more when there are more groups, or more members; each at a fixed rate of deliveries.</summary>
internal sealed record Growth(string Name, int Groups, int Members, double Rate)
{
    private static readonly Growth[] ByGroups = [.. new[] { 1, 10, 100, 1_000 }.Select(count => new Growth($"{count:N0} groups of 10", count, 10, 2_000))];
    private static readonly Growth[] ByMembers = [.. new[] { 100, 1_000, 5_000 }.Select(count => new Growth($"1 group of {count:N0}", 1, count, 20_000))];

    /// <param name="steps">How many of each kind of size.</param>
    public static Growth[] Sizes(int steps) => [.. ByGroups.Take(steps), .. ByMembers.Take(steps)];

    public async Task<StepResult> Run(ServerKind kind, Cluster cluster, RunProfile profile)
    {
        await using var run = await BenchmarkRun.Open(kind, ChatWorld.Groups(Groups, Members), cluster, "--Messaging:MaxGroupMembers=5000");
        using var seats = new ConnectedSeats(run);
        seats.Connect();
        var loop = new OpenLoop(run, seats);
        loop.Run(Rate, 0, profile.Compile);
        var result = loop.Run(Rate, profile.WarmUp, profile.ModerateSeconds);
        result.Faults.AddRange(await run.CheckRows(seats.Ledger.SentTo));
        return result;
    }
}
