using System.Text;
using System.Text.Json;
using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks;

/// <summary>What was measured: values per workload, server and metric, one for each run.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly Dictionary<(string Workload, string Server, string Metric), List<double>> _values = [];

    /// <summary>What went wrong in a measurement that counts.</summary>
    public List<string> Faults { get; } = [];

    public void Add(string workload, string server, string metric, double value)
    {
        if (!_values.TryGetValue((workload, server, metric), out var values)) _values[(workload, server, metric)] = values = [];
        values.Add(value);
    }

    /// <returns>0 when nothing was measured.</returns>
    public double Median(string workload, string server, string metric)
        => _values.TryGetValue((workload, server, metric), out var values) ? Median(values) : 0;

    /// <summary>The medians of a workload, a server a line.</summary>
    public string Table(string workload)
    {
        var rows = _values.Keys.Where(key => key.Workload == workload).ToList();
        var metrics = rows.Select(key => key.Metric).Distinct().ToList();
        List<string[]> lines = [["", .. metrics]];
        foreach (var server in rows.Select(key => key.Server).Distinct())
        {
            lines.Add([server, .. metrics.Select(metric => _values.TryGetValue((workload, server, metric), out var values) ? Number(Median(values)) : "")]);
        }

        var text = new StringBuilder($"\n{workload}\n");
        foreach (var line in lines)
        {
            text.Append("| ").AppendJoin(" | ", line.Select((cell, i) => i == 0 ? cell.PadRight(Width(lines, i)) : cell.PadLeft(Width(lines, i)))).AppendLine(" |");
            if (line == lines[0]) text.Append("| ").AppendJoin(" | ", line.Select((_, i) => new string('-', Width(lines, i)))).AppendLine(" |");
        }

        return text.ToString();
    }

    public void Write(string file, Options options, string postgresVersion)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, JsonSerializer.Serialize(
            new
            {
                Machine = Machine.Describe(),
                Postgres = new { Version = postgresVersion, Settings = Cluster.Settings },
                Settings = new { options.Runs, options.Pace, Servers = options.Servers.Select(kind => kind.Name), Workloads = options.Workloads.Order() },
                Results = _values.Select(entry => new { entry.Key.Workload, entry.Key.Server, entry.Key.Metric, Median = Median(entry.Value), Values = entry.Value }),
                Faults,
            },
            Indented));
    }

    private static int Width(List<string[]> lines, int column) => lines.Max(line => line[column].Length);

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 1000 => value.ToString("N0"),
        >= 10 => value.ToString("0.0"),
        _ => value.ToString("0.00"),
    };

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
