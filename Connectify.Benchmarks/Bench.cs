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
        if (options.Wants("W4")) await RunIdle();
        if (options.Wants("W5")) await RunStore();
        if (options.Wants("W6")) await RunReads();
        if (options.Wants("W8")) await RunGrowth();
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
            foreach (var workload in StoreLoop.All.Take(options.Pace.StoreLoops)) await RunStore($"W5 {engine}, {workload.Name}", workload, on);
        }
    }

    private async Task RunStore(string name, StoreLoop workload, Cluster? on)
    {
        for (var run = 0; run < options.Runs; run++)
        {
            // The probe knows neither REST nor SQLite.
            foreach (var kind in options.Servers.Where(kind => kind.IsConnectify || kind == ServerKind.Plain || (on is not null && !workload.OverRest)))
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

    private async Task RunIdle()
    {
        for (var run = 0; run < options.Runs; run++)
        {
            foreach (var kind in options.IdleServers.Append(ServerKind.Bare))
            {
                Progress($"W4 {kind.Name}, run {run + 1} of {options.Runs}");
                void Add(string metric, double value) => report.Add("W4", kind.Title, metric, value);
                var (megabytes, accepted, cpu) = await Idle.Sit(kind, cluster, options.Pace);
                Add("MB per 1,000", megabytes);
                Add("accepted/s", accepted);
                Add("CPU-s/M accepts", cpu);
                if (!kind.Stores) continue;
                var storm = await Idle.Storm(kind, cluster, options.Pace);
                Add("storm accepted/s", storm.AcceptedPerSecond);
                Add("storm statements", storm.Statements);
                Add("storm CPU-s", storm.ServerCpu);
                Add("storm db CPU-s", storm.DatabaseCpu);
            }
        }

        Console.WriteLine(report.Table("W4"));
    }

    private async Task RunReads()
    {
        Progress("W6 filling two databases");
        await using var large = await Reads.Open(cluster, options.Pace.LargeChat);
        await using var small = await Reads.Open(cluster, options.Pace.LargeChat / 10);
        for (var run = 0; run < options.Runs; run++)
        {
            // In slices by turns: a machine that slows down does so for both.
            foreach (var name in large.Names)
            {
                foreach (var reads in (Reads[])[small, large, small, large])
                {
                    var (times, statements) = await reads.Run(name, options.Pace.Requests / 2);
                    foreach (var time in times) report.Add("W6", name, $"ms of {reads.LargeChat:N0}", time);
                    report.Add("W6", name, $"statements of {reads.LargeChat:N0}", statements);
                }
            }
        }

        foreach (var name in large.Names)
        {
            report.Add("W6", name, "times as slow", report.Median("W6", name, $"ms of {large.LargeChat:N0}") / report.Median("W6", name, $"ms of {small.LargeChat:N0}"));
        }

        // Not asked of the small one: a table of a few pages is rightly read whole.
        report.Faults.AddRange(await large.WholeTablesRead());

        Console.WriteLine(report.Table("W6"));
    }

    private async Task RunGrowth()
    {
        for (var run = 0; run < options.Runs; run++)
        {
            foreach (var size in Growth.Sizes(options.Pace.GrowthSteps))
            {
                Progress($"W8 {size.Name}, run {run + 1} of {options.Runs}");
                var result = await size.Run(ServerKind.Connectify, cluster, options.Pace);
                report.Add("W8", size.Name, "CPU-s/M", result.ServerCpu);
                report.Add("W8", size.Name, "db CPU-s/M", result.DatabaseCpu);
                report.Add("W8", size.Name, "p99 ms", result.P99);
                report.Faults.AddRange(result.Faults.Select(fault => $"W8 {size.Name}: {fault}"));
            }
        }

        Console.WriteLine(report.Table("W8"));
    }

    private static void Progress(string what) => Console.Error.WriteLine($"  {what}");
}
