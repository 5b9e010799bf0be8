using Connectify.Benchmarks.Workloads;
using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks;

/// <summary>Runs the workloads. Servers take turns (A B C A B C …), so that a machine that changes its pace does so to all of them.</summary>
internal sealed class Bench(Options options, Cluster cluster, Report report)
{
    /// <returns>1 when a check failed, else 0.</returns>
    public static async Task<int> Run(Options options)
    {
        if (Environment.ProcessorCount > 1) Console.Error.WriteLine("The load client is not bound to one core: start it by scripts/bench.");
        using var cluster = await Cluster.Start();
        var report = new Report();
        await new Bench(options, cluster, report).Run();
        report.Write(options.Output ?? Path.Combine(ServerProcess.Repository, "bench-results", $"{DateTime.UtcNow:yyyyMMdd-HHmmss}.json"), options, cluster.Version);
        foreach (var fault in report.Faults.Take(20)) Console.WriteLine($"FAULT {fault}");
        return report.Faults.Count == 0 ? 0 : 1;
    }

    private async Task Run()
    {
        foreach (var workload in FanOut.All.Where(workload => options.Wants(workload.Name))) await RunFanOut(workload);
        if (options.Wants("W5")) await RunStore();
    }

    private async Task RunFanOut(FanOut workload)
    {
        for (var run = 0; run < options.Runs; run++)
        {
            foreach (var kind in options.Servers)
            {
                Progress($"{workload.Name} {kind.Name}, run {run + 1} of {options.Runs}");
                var result = await workload.Run(kind, cluster, options.Pace, report.Median(workload.Name, kind.Title, "deliveries/s"));
                Note(workload.Name, kind, result);
            }
        }

        Console.WriteLine(report.Table(workload.Name));
    }

    private void Note(string workload, ServerKind kind, FanOutResult result)
    {
        void Add(string metric, double value) => report.Add(workload, kind.Title, metric, value);
        if (result.Most is { } most)
        {
            Add("deliveries/s", most.Delivered);
            Add("CPU-s/M", most.ServerCpu);
            Add("db CPU-s/M", most.DatabaseCpu);
            Add("p99 ms", most.P99);
            Add("client load", most.ClientLoad);
        }

        var moderate = result.Moderate;
        Add("moderate CPU-s/M", moderate.ServerCpu);
        Add("db", moderate.DatabaseCpu);
        Add("p50", moderate.P50);
        Add("p99", moderate.P99);
        Add("bytes", moderate.BytesPerDelivery);
        report.Faults.AddRange(result.Faults.Select(fault => $"{workload} {kind.Name}: {fault}"));
    }

    private async Task RunStore()
    {
        foreach (var (engine, on) in new (string, Cluster?)[] { ("PostgreSQL", cluster), ("SQLite", null) })
        {
            foreach (var workload in StoreLoop.All) await RunStore($"W5 {engine}, {workload.Name}", workload, on);
        }
    }

    private async Task RunStore(string name, StoreLoop workload, Cluster? on)
    {
        for (var run = 0; run < options.Runs; run++)
        {
            // The probe knows neither REST nor SQLite.
            foreach (var kind in options.Servers.Where(kind => kind == ServerKind.Connectify || kind == ServerKind.Plain || (on is not null && !workload.OverRest)))
            {
                Progress($"{name}: {kind.Name}, run {run + 1} of {options.Runs}");
                var result = await workload.Run(kind, on, options.Pace);
                report.Add(name, kind.Title, "messages/s", result.PerSecond);
                report.Add(name, kind.Title, "CPU-s/M", result.ServerCpu);
                report.Add(name, kind.Title, "db CPU-s/M", result.DatabaseCpu);
                report.Add(name, kind.Title, "p99 ms", result.P99);
                report.Faults.AddRange(result.Faults.Select(fault => $"{name} {kind.Name}: {fault}"));
            }
        }

        Console.WriteLine(report.Table(name));
    }

    private static void Progress(string what) => Console.Error.WriteLine($"  {what}");
}
