using Connectify.Benchmarks.Load;
using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks.Workloads;

/// <summary>W4: what sockets cost that only sit there, how fast they come, and what it does to the database when all come back to one chat.</summary>
internal static class Idle
{
    private const int SocketsPerUser = 10;
    private const int UsersPerGroup = 10;

    /// <summary>Sockets over many groups: memory once they have settled, and sockets accepted a second when they come again.</summary>
    public static async Task<(double MegabytesPerThousand, double AcceptedPerSecond, double ServerCpu)> Sit(ServerKind kind, Cluster cluster, Pace pace)
    {
        var world = ChatWorld.Groups(pace.Idlers / SocketsPerUser / UsersPerGroup, UsersPerGroup, SocketsPerUser);
        await using var arena = await Arena.Open(kind, world, cluster);
        var before = ProcessTimes.ResidentMegabytes(arena.Server.Pid);
        double after;
        using (var crowd = new Crowd(arena))
        {
            crowd.Connect();

            // Pings want answers meanwhile.
            crowd.Client.Until(() => crowd.Client.Ended.Count > 0, TimeSpan.FromSeconds(pace.Settle));
            if (crowd.Client.Ended is [var ended, ..]) throw new InvalidOperationException($"An idle socket was ended: {ended.Ended}");
            after = ProcessTimes.ResidentMegabytes(arena.Server.Pid);
        }

        await UntilIdle(arena);
        using var again = new Crowd(arena);
        var cpu = arena.Server.CpuSeconds();
        var seconds = again.Connect(welcomed: () => cpu = arena.Server.CpuSeconds() - cpu);
        return ((after - before) / pace.Idlers * 1000, pace.Idlers / seconds, cpu / pace.Idlers * 1e6);
    }

    /// <summary>All in one chat, all gone, all back at once.</summary>
    public static async Task<(double AcceptedPerSecond, double Statements, double ServerCpu, double DatabaseCpu)> Storm(ServerKind kind, Cluster cluster, Pace pace)
    {
        var world = ChatWorld.Groups(1, pace.Idlers / SocketsPerUser, SocketsPerUser);
        await using var arena = await Arena.Open(kind, world, cluster);
        using (var crowd = new Crowd(arena)) crowd.Connect();
        await UntilIdle(arena);
        await arena.ForgetStatements();
        var (server, database) = (arena.CpuSeconds(), arena.DatabaseCpuSeconds());
        using var again = new Crowd(arena);
        var seconds = again.Connect(atOnce: int.MaxValue);
        var (serverCpu, databaseCpu) = (arena.CpuSeconds() - server, arena.DatabaseCpuSeconds() - database);
        foreach (var statement in await arena.MostFrequentStatements(8)) Console.Error.WriteLine($"    {statement}");
        return (pace.Idlers / seconds, await arena.Statements(), serverCpu, databaseCpu);
    }

    // Ten thousand good-byes take a while, and are not what is measured next.
    private static async Task UntilIdle(Arena arena)
    {
        var quiet = 0;
        for (var end = Clock.Now + (60 * Clock.Second); Clock.Now < end && quiet < 3;)
        {
            var before = arena.CpuSeconds();
            await Task.Delay(300);
            quiet = arena.CpuSeconds() - before < 0.02 ? quiet + 1 : 0;
        }
    }
}
