using System.Globalization;
using Connectify.Benchmarks.Workloads;
using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Pace">How long, how large and how exact.</param>
/// <param name="Runs">Of each workload and server.</param>
/// <param name="Workloads">Their names.</param>
/// <param name="Servers">Those to compare.</param>
/// <param name="IdleServers">The same for W4, where bare Kestrel comes besides.</param>
/// <param name="Output">Where the JSON goes; null: a file of its own in bench-results.</param>
internal sealed record Options(RunProfile Pace, int Runs, HashSet<string> Workloads, ServerKind[] Servers, ServerKind[] IdleServers, string? Output)
{
    public const string Usage = """
        usage: scripts/bench [--quick] [--only W1,W2,W3,W4,W5,W6,W8] [--runs N] [--servers connectify,hub,plain,probe,inline,long] [--output FILE]
               scripts/bench frames [arguments of BenchmarkDotNet]
        """;

    private static readonly string[] AllWorkloads = ["W1", "W2", "W3", "W4", "W5", "W6", "W8"];

    // What two minutes hold.
    private static readonly string[] QuickWorkloads = ["W1", "W2", "W3", "W4", "W5", "W6"];
    private static readonly ServerKind[] QuickServers = [ServerKind.Connectify, ServerKind.Plain];

    private static readonly ServerKind[] FullServers = [ServerKind.Connectify, ServerKind.Plain, ServerKind.Probe];

    public bool Wants(string workload) => Workloads.Contains(workload);

    /// <returns>null when they can't be understood.</returns>
    public static Options? Parse(string[] args)
    {
        var (profile, runs, only, servers, output) = (RunProfile.Full, 0, (string[]?)null, (ServerKind[]?)null, (string?)null);
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--quick":
                    profile = RunProfile.Quick;
                    continue;
                case "--only":
                    only = value.Split(',');
                    break;
                case "--runs" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out runs) && runs > 0:
                    break;
                case "--servers":
                    servers = [.. ServerKind.All.Where(kind => value.Split(',').Contains(kind.Name))];
                    break;
                case "--output":
                    output = value;
                    break;
                default:
                    return null;
            }

            i++;
        }

        var isQuick = profile == RunProfile.Quick;
        only ??= isQuick ? QuickWorkloads : AllWorkloads;
        var idle = servers ?? (isQuick ? [ServerKind.Connectify] : FullServers);
        servers ??= isQuick ? QuickServers : FullServers;
        return only.Except(AllWorkloads).Any() || servers.Length == 0 ? null : new Options(profile, runs > 0 ? runs : isQuick ? 1 : 5, [.. only], servers, idle, output);
    }
}
