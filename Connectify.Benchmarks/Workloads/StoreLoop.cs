using Connectify.Benchmarks.Load;
using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks.Workloads;

/// <summary>What senders in a closed loop got stored.</summary>
/// <param name="PerSecond">Messages stored a second.</param>
/// <param name="ServerCpu">CPU seconds per million messages.</param>
/// <param name="DatabaseCpu">CPU seconds per million messages; with SQLite the server's holds it.</param>
/// <param name="P99">Milliseconds from send to answer.</param>
/// <param name="Faults">What went wrong.</param>
internal sealed record StoreResult(double PerSecond, double ServerCpu, double DatabaseCpu, double P99, List<string> Faults);

/// <summary>
/// W5: 64 senders, each waiting for its message before it sends the next. Over sockets a sender waits for the
/// echo; over REST for the answer, and nobody listens, so that storing is all that is measured.
/// </summary>
internal sealed record StoreLoop(string Name, int Chats, bool OverRest)
{
    private const int Senders = 64;

    public static readonly StoreLoop[] All =
    [
        new("64 chats, sockets", Senders, false),
        new("one chat, sockets", 1, false),
        new("64 chats, REST", Senders, true),
        new("one chat, REST", 1, true),
    ];

    public async Task<StoreResult> Run(ServerKind kind, Cluster? cluster, RunProfile profile)
    {
        await using var run = await BenchmarkRun.Open(kind, ChatWorld.Groups(Chats, Senders / Chats), cluster);
        return OverRest ? await Rest(run, profile) : await Sockets(run, profile);
    }

    private static async Task<StoreResult> Sockets(BenchmarkRun run, RunProfile profile)
    {
        using var seats = new ConnectedSeats(run);
        seats.Connect();
        var waitsFor = new int[run.World.Seats.Length];
        var ready = new Queue<int>(Enumerable.Range(0, waitsFor.Length));
        seats.MessageReceived = (seat, number) =>
        {
            if (waitsFor[seat] == number) ready.Enqueue(seat);
        };
        void Pump(long scheduled)
        {
            while (ready.TryDequeue(out var seat)) waitsFor[seat] = seats.Send(run.World.Seats[seat], scheduled);
        }

        var ledger = seats.Ledger;
        var result = Loop(run, seats.Client, Pump, () => ledger.Sent, ledger.Latency, from => ledger.Begin(from, long.MaxValue), profile);
        seats.Client.Until(() => ledger.Outstanding == 0 || seats.Client.Ended.Count > 0, TimeSpan.FromSeconds(20));
        result.Faults.AddRange(seats.Faults());
        result.Faults.AddRange(await run.CheckRows(ledger.SentTo));
        return result;
    }

    private static async Task<StoreResult> Rest(BenchmarkRun run, RunProfile profile)
    {
        using var client = new LoadClient();
        var (sent, answered, latency) = (new int[run.World.Chats.Length], 0L, new Histogram());
        var peers = run.World.Seats.Select(_ => new HttpPeer(LoadClient.Connect(run.Server.Port))).ToArray();
        foreach (var peer in peers) client.Add(peer);
        var faults = new List<string>();
        void Pump(long now)
        {
            for (var i = 0; i < peers.Length; i++)
            {
                if (!peers[i].IsIdle || peers[i].Ended is not null) continue;
                if (peers[i].Status is { } status && !status.StartsWith("HTTP/1.1 201", StringComparison.Ordinal)) faults.Add(status);
                var seat = run.World.Seats[i];
                if (peers[i].SentAt > 0) (answered, _) = (answered + 1, peers[i].AddTo(latency));
                client.Send(peers[i], peers[i].Begin(run.Kind.SendRequest(seat.Chat, run.Tokens[seat.User], sent[seat.Chat.Index]++), now));
            }
        }

        var result = Loop(run, client, Pump, () => answered, latency, _ => latency.Clear(), profile);
        client.Until(() => peers.All(peer => peer.IsIdle) || client.Ended.Count > 0, TimeSpan.FromSeconds(20));
        result.Faults.AddRange(faults.Take(3));
        if (client.Ended.Count > 0) result.Faults.Add($"{client.Ended.Count} connections ended");
        result.Faults.AddRange(await run.CheckRows(chat => sent[chat]));
        return result;
    }

    private static StoreResult Loop(
        BenchmarkRun run, LoadClient client, Action<long> pump, Func<long> done, Histogram latency, Action<long> begin, RunProfile profile)
    {
        void For(double seconds)
        {
            for (var end = Clock.Now + (long)(seconds * Clock.Second); Clock.Now < end;)
            {
                pump(Clock.Now);
                client.Poll(10 * Clock.Millisecond);
            }
        }

        For(profile.Compile);
        begin(Clock.Now);
        var (at, count, server, database) = (Clock.Now, done(), run.CpuSeconds(), run.DatabaseCpuSeconds());
        For(profile.Seconds);
        var (seconds, stored) = ((Clock.Now - at) / (double)Clock.Second, Math.Max(done() - count, 1));
        return new StoreResult(
            stored / seconds,
            (run.CpuSeconds() - server) / stored * 1e6,
            (run.DatabaseCpuSeconds() - database) / stored * 1e6,
            latency.Milliseconds(0.99),
            []);
    }
}
