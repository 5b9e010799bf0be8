using System.Collections.Concurrent;
using System.Diagnostics;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios.Figures;

/// <summary>G10: what those at a node notice while PostgreSQL is away, and how long it takes to heal.</summary>
internal sealed class DatabaseFigures(Cluster cluster, Rest rest)
{
    private const double PerSecond = 20;
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task Measure()
    {
        var setup = await ScenarioSetup.Open(rest);
        Member ann = await setup.Register("ann"), bo = await setup.Register("bo");
        var chat = await setup.Conversation(ann, bo);
        await Row("crashes (restart -m immediate)", async () =>
        {
            await cluster.Postgres.Restart();
            await Task.Delay(Away / 4);
        });
        await Row("stands still (SIGSTOP)", async () =>
        {
            await cluster.Postgres.Freeze();
            await Task.Delay(Away);
            await cluster.Postgres.Thaw();
        });
        await Row("has no connection left for a node (its pool is exhausted)", () =>
        {
            var blocking = cluster.Journal.BlockReads(Away);
            for (var i = 0; i < 2 * PostgresCluster.PoolSize; i++) _ = rest.AskAt(cluster.Nodes[0], HttpMethod.Get, "/api/messaging/conversations/", ann.Token);
            return blocking;
        });

        async Task Row(string what, Func<Task> hurt)
        {
            await using var probe = await LatencyProbe.Open(cluster.Nodes[0], ann, chat);
            var answers = new ConcurrentQueue<(int Status, bool SaysWhen, double Milliseconds)>();
            ConcurrentQueue<double> errors = new(), pongs = new();
            var hurting = hurt();
            var load = FixedRate.Run(PerSecond, Away, Send);
            while (!hurting.IsCompleted)
            {
                pongs.Enqueue(await probe.Ping());
                _ = Note(errors, probe.SendInVain());
                await Task.Delay(Pause);
            }

            var over = Stopwatch.GetTimestamp();
            await Waiting.Until(async () => (await Ask()).Known == Known.Done, "sends are stored again");
            var healed = Stopwatch.GetElapsedTime(over).TotalMilliseconds;
            await load;

            var unavailable = answers.Where(answer => answer.Status == 503).ToList();
            FigureSheet.Row("G10", $"PostgreSQL {what}: {unavailable.Count} of {answers.Count} sends answered 503 ({unavailable.Count(answer => answer.SaysWhen)} with Retry-After)", FigureSheet.Delays(unavailable.Select(answer => answer.Milliseconds)));
            FigureSheet.Row("G10", "the slowest answer of any kind · answers that are neither 201 nor 503", $"{FigureSheet.Milliseconds(answers.Max(answer => answer.Milliseconds))} · {answers.Count(answer => answer.Status is not (201 or 503))}");
            FigureSheet.Row("G10", "a socket's error frames · pongs", $"{FigureSheet.Delays(errors)} · {FigureSheet.Delays(pongs)}");
            FigureSheet.Row("G10", "the socket is still open · sends are stored again after", $"{(probe.Closed.IsCompleted ? "no" : "yes")} · {FigureSheet.Milliseconds(healed)}");

            async Task Send(long due)
            {
                var answer = await Ask();
                answers.Enqueue((answer.Status, answer.SaysWhen, Stopwatch.GetElapsedTime(due).TotalMilliseconds));
            }
        }

        Task<Answer> Ask() => rest.AskAt(cluster.Nodes[0], HttpMethod.Post, $"/api/messaging/{chat.Path}send_message/", ann.Token, new { content = "hi" });
    }

    private static async Task Note(ConcurrentQueue<double> errors, Task<double> error)
    {
        try
        {
            errors.Enqueue(await error);
        }
        catch (TimeoutException)
        {
            // Stored after all.
        }
    }
}
