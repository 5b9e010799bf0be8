using Connectify.Benchmarks.Load;
using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks.Workloads;

/// <summary>What one rate led to.</summary>
internal sealed record StepResult
{
    /// <summary>Deliveries a second that were asked for.</summary>
    public required double Rate { get; init; }

    /// <summary>Deliveries a second that came within the measured time.</summary>
    public required double Delivered { get; init; }

    /// <summary>Milliseconds from the scheduled send to each reception.</summary>
    public required double P50 { get; init; }

    public required double P99 { get; init; }

    /// <summary>CPU seconds per million deliveries.</summary>
    public required double ServerCpu { get; init; }

    public required double DatabaseCpu { get; init; }

    /// <summary>Shares of a core, 0–1.</summary>
    public required double ServerLoad { get; init; }

    public required double ClientLoad { get; init; }

    public required double BytesPerDelivery { get; init; }

    /// <summary>Whether it was given up because deliveries came ever later.</summary>
    public required bool Overran { get; init; }

    public required List<string> Faults { get; init; }

    public bool IsSustained => !Overran && Faults.Count == 0 && P99 < OpenLoop.MostMilliseconds && Delivered > 0.95 * Rate;
}

/// <summary>Sends at scheduled times, whatever comes back, and counts lateness from the schedule.</summary>
internal sealed class OpenLoop(BenchmarkRun run, ConnectedSeats seats)
{
    /// <summary>The bound on p99 that makes a rate sustained.</summary>
    public const double MostMilliseconds = 250;

    private const long HopelesslyLate = Clock.Second;
    private const int SendsBetweenPolls = 64;
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);

    private int _turn;

    /// <param name="rate">Deliveries a second.</param>
    /// <param name="warmUp">Seconds before anything is counted.</param>
    /// <param name="seconds">Seconds that count.</param>
    public StepResult Run(double rate, double warmUp, double seconds)
    {
        var ledger = seats.Ledger;
        var interval = Clock.Second / (rate / run.World.Seats.Length * run.World.Chats.Length);
        var start = Clock.Now + Clock.Millisecond;
        var (from, to) = (start + (long)(warmUp * Clock.Second), start + (long)((warmUp + seconds) * Clock.Second));
        ledger.Begin(from, to);
        var sample = default(Sample);
        var (sent, overran) = (0L, false);
        for (var now = Clock.Now; now < to && !overran; now = Clock.Now)
        {
            if (sample.At == 0 && now >= from) sample = Sample.Now(run, seats);
            for (var some = 0; some < SendsBetweenPolls; some++)
            {
                var scheduled = start + (long)(sent * interval);
                if (scheduled > now || scheduled >= to) break;
                Send(scheduled);
                sent++;
            }

            var next = start + (long)(sent * interval);
            seats.Client.Poll(Math.Clamp(Math.Min(next, to) - Clock.Now, 0, 20 * Clock.Millisecond));
            overran = (ledger.Outstanding > 0 && ledger.LastLatency > HopelesslyLate) || next < Clock.Now - HopelesslyLate;
        }

        return Finish(rate, sample, Sample.Now(run, seats), overran);
    }

    private void Send(long scheduled)
    {
        var chats = run.World.SeatsByChat;
        var ofChat = chats[_turn % chats.Length];
        seats.Send(ofChat[_turn / chats.Length % ofChat.Length], scheduled);
        _turn++;
    }

    private StepResult Finish(double rate, Sample first, Sample last, bool overran)
    {
        var ledger = seats.Ledger;
        seats.Client.Until(() => ledger.Outstanding <= 0 || seats.Client.Ended.Count > 0, DrainTimeout);
        if (first.At == 0) first = last;
        var seconds = Math.Max(last.At - first.At, 1) / (double)Clock.Second;
        var deliveries = Math.Max(last.Delivered - first.Delivered, 1);
        return new StepResult
        {
            Rate = rate,
            Delivered = (last.Delivered - first.Delivered) / seconds,
            P50 = ledger.Latency.Milliseconds(0.5),
            P99 = ledger.Latency.Milliseconds(0.99),
            ServerCpu = (last.Server - first.Server) / deliveries * 1e6,
            DatabaseCpu = (last.Database - first.Database) / deliveries * 1e6,
            ServerLoad = (last.Server - first.Server) / seconds,
            ClientLoad = (last.Client - first.Client) / seconds,
            BytesPerDelivery = (double)(last.Bytes - first.Bytes) / deliveries,
            Overran = overran,
            Faults = seats.Faults(),
        };
    }

    private readonly record struct Sample(long At, long Delivered, long Bytes, double Server, double Database, double Client)
    {
        public static Sample Now(BenchmarkRun run, ConnectedSeats seats) => new(
            Clock.Now, seats.Ledger.Delivered, seats.Client.Bytes, run.CpuSeconds(), run.DatabaseCpuSeconds(), ProcessTimes.Of(Environment.ProcessId));
    }
}
