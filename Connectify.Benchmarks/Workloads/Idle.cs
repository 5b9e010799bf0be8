using Connectify.Benchmarks.Load;
using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks.Workloads;

/// <summary>W4: what sockets cost that only sit there, how fast they come, and what it does to the database when all come back to one chat.</summary>
internal static class Idle
{
    private const int SocketsPerUser = 10;
    private const int UsersPerGroup = 10;

    /// <summary>Sockets over many groups: memory once they have settled, and sockets accepted a second when they come again.</summary>
    public static async Task<(double MegabytesPerThousand, double AcceptedPerSecond, double ServerCpu)> Sit(ServerKind kind, Cluster cluster, RunProfile profile)
    {
        var world = ChatWorld.Groups(profile.Idlers / SocketsPerUser / UsersPerGroup, UsersPerGroup, SocketsPerUser);
        await using var run = await BenchmarkRun.Open(kind, world, cluster);
        var before = ProcessTimes.ResidentMegabytes(run.Server.Pid);
        double after;
        using (var seats = new ConnectedSeats(run))
        {
            seats.Connect();

            // Pings want answers meanwhile.
            seats.Client.Until(() => seats.Client.Ended.Count > 0, TimeSpan.FromSeconds(profile.Settle));
            if (seats.Client.Ended is [var ended, ..]) throw new InvalidOperationException($"An idle socket was ended: {ended.Ended}");
            after = ProcessTimes.ResidentMegabytes(run.Server.Pid);
        }

        await UntilIdle(run);
        using var again = new ConnectedSeats(run);
        var cpu = run.Server.CpuSeconds();
        var seconds = again.Connect(welcomed: () => cpu = run.Server.CpuSeconds() - cpu);
        return ((after - before) / profile.Idlers * 1000, profile.Idlers / seconds, cpu / profile.Idlers * 1e6);
    }

    /// <summary>All in one chat, all gone, all back at once.</summary>
    public static async Task<(double AcceptedPerSecond, double Statements, double ServerCpu, double DatabaseCpu)> Storm(ServerKind kind, Cluster cluster, RunProfile profile)
    {
        var world = ChatWorld.Groups(1, profile.Idlers / SocketsPerUser, SocketsPerUser);
        await using var run = await BenchmarkRun.Open(kind, world, cluster);
        using (var seats = new ConnectedSeats(run)) seats.Connect();
        await UntilIdle(run);
        await run.ForgetStatements();
        var (server, database) = (run.CpuSeconds(), run.DatabaseCpuSeconds());
        using var again = new ConnectedSeats(run);
        var seconds = again.Connect(atOnce: int.MaxValue);
        var (serverCpu, databaseCpu) = (run.CpuSeconds() - server, run.DatabaseCpuSeconds() - database);
        foreach (var statement in await run.MostFrequentStatements(8)) Console.Error.WriteLine($"    {statement}");
        return (profile.Idlers / seconds, await run.Statements(), serverCpu, databaseCpu);
    }

    // Ten thousand good-byes take a while, and are not what is measured next.
    private static async Task UntilIdle(BenchmarkRun run)
    {
        var quiet = 0;
        for (var end = Clock.Now + (60 * Clock.Second); Clock.Now < end && quiet < 3;)
        {
            var before = run.CpuSeconds();
            await Task.Delay(300);
            quiet = run.CpuSeconds() - before < 0.02 ? quiet + 1 : 0;
        }
    }
}
