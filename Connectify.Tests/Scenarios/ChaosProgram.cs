using System.Globalization;
using Connectify.Tests.Scenarios.Figures;

namespace Connectify.Tests.Scenarios;

/// <summary>The long form: <c>scripts/chaos</c>.</summary>
internal static class ChaosProgram
{
    private const string Usage = "scripts/chaos [--faults N] [--seed S] [--nodes N] [--minutes M] [--sends N] | --figures [G4 G7 G8 G9 G10]";
    private const int FaultsPerRound = 56;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.6);

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["--figures", .. var which]) return await Measure(which);
        var given = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => double.Parse(pair[^1], CultureInfo.InvariantCulture));
        if (given.Keys.Except(["--faults", "--seed", "--nodes", "--minutes", "--sends"]).Any())
        {
            Console.WriteLine(Usage);
            return 2;
        }

        var faults = (int)given.GetValueOrDefault("--faults", FaultsPerRound);
        var seed = (int)given.GetValueOrDefault("--seed", Random.Shared.Next(1_000_000));
        var until = DateTime.UtcNow.AddMinutes(given.GetValueOrDefault("--minutes", 60));
        var sends = given.GetValueOrDefault("--sends", 80);
        await using var cluster = await Cluster.Start((int)given.GetValueOrDefault("--nodes", 3), "--Messaging:ResumeLimit=60");
        var (done, violations) = (0, 0);
        for (var round = 0; done < faults && DateTime.UtcNow < until; round++)
        {
            var options = new ScenarioOptions(seed + round, Math.Min(FaultsPerRound, faults - done), Pause, sends);
            try
            {
                var report = await new Scenario(cluster, options).Run();
                Console.WriteLine(report);
                violations += report.Violations.Count;
            }
            catch (Exception e) when (e is TimeoutException or InvalidOperationException)
            {
                // Something that has a bound took longer, or a node ended by itself: there is nothing left to go on with.
                Console.WriteLine($"seed {options.Seed} broke off: {e}");
                violations++;
                break;
            }

            done += options.Faults;
        }

        foreach (var error in cluster.Errors()) Console.WriteLine(error);
        Console.WriteLine($"{done} faults from seed {seed}, {violations} violations");
        return violations == 0 ? 0 : 1;
    }

    private static async Task<int> Measure(string[] which)
    {
        await using var cluster = await Cluster.Start(3, "--Sockets:MaxConnectionsPerUser=100");
        using var rest = new Rest(cluster);
        FigureSheet.Begin();
        foreach (var (promise, measure) in new (string, Func<Task>)[]
        {
            ("G4", new RedisFigures(cluster, rest).Measure),
            ("G7", new DeployFigures(cluster, rest).Measure),
            ("G8", new StallFigures(cluster, rest).Measure),
            ("G9", new AccessFigures(cluster, rest).Measure),
            ("G10", new DatabaseFigures(cluster, rest).Measure),
        })
        {
            if (which.Length == 0 || which.Contains(promise)) await measure();
        }

        return 0;
    }
}
