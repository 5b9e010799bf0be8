using System.Diagnostics;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios;

/// <summary>Has things go wrong, each at its time, and sees that each is over in the end.</summary>
internal sealed class Faults(Cluster cluster, ScenarioUsers users, RunCounters counters)
{
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    /// <summary>Runs a whole schedule; returns when everything is mended.</summary>
    public async Task Run(IReadOnlyList<Mishap> schedule)
    {
        var clock = Stopwatch.StartNew();
        var underWay = new List<Task>();
        foreach (var mishap in schedule)
        {
            var wait = mishap.At - clock.Elapsed;
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
            underWay.Add(Task.Run(() => Happen(mishap)));
            underWay.Where(task => task.IsFaulted).ToList().ForEach(task => task.GetAwaiter().GetResult());
        }

        await Task.WhenAll(underWay);
    }

    private async Task Happen(Mishap mishap)
    {
        await (mishap.Kind switch
        {
            FaultKind.KillNode or FaultKind.FreezeNode or FaultKind.RestartNode => HurtNode(mishap),
            FaultKind.KillRedis or FaultKind.FlushRedis or FaultKind.PauseRedis or FaultKind.FreezeRedis => InTurn(cluster.RedisTurn, () => HurtRedis(mishap)),
            FaultKind.RestartPostgres or FaultKind.FreezePostgres => InTurn(cluster.PostgresTurn, () => HurtPostgres(mishap)),
            FaultKind.CutSockets => CutSockets(mishap),
            FaultKind.StallReader => new StalledReader(cluster, users).Stall(mishap),
            _ => RemoveMember(mishap),
        });
        counters.Count($"{mishap.Kind}");
    }

    private Task HurtNode(Mishap mishap)
    {
        var node = cluster.Nodes[mishap.Draw % cluster.Nodes.Count];
        return InTurn(node.Turn, async () =>
        {
            switch (mishap.Kind)
            {
                case FaultKind.KillNode:
                    await node.Kill();
                    break;
                case FaultKind.RestartNode:
                    node.Send(Signal.Terminate);
                    await node.Exited(TimeToEnd);
                    break;
                default:
                    node.Send(Signal.Stop);
                    await Task.Delay(mishap.Lasts);
                    node.Send(Signal.Continue);
                    return;
            }

            await Task.Delay(mishap.Lasts);
            await node.Start();
            await node.Serves();
        });
    }

    private async Task HurtRedis(Mishap mishap)
    {
        switch (mishap.Kind)
        {
            case FaultKind.KillRedis:
                await cluster.Redis.Kill();
                await Task.Delay(mishap.Lasts);
                await cluster.Redis.Run();
                break;
            case FaultKind.FlushRedis:
                await cluster.Redis.Do("FLUSHALL");
                foreach (var clients in new[] { "pubsub", "normal" }) await cluster.Redis.Do("CLIENT", "KILL", "TYPE", clients);
                break;
            case FaultKind.PauseRedis:
                await cluster.Redis.Do("CLIENT", "PAUSE", $"{mishap.Lasts.TotalMilliseconds:0}");
                await Task.Delay(mishap.Lasts);
                break;
            default:
                cluster.Redis.Freeze();
                await Task.Delay(mishap.Lasts);
                cluster.Redis.Thaw();
                break;
        }
    }

    private async Task HurtPostgres(Mishap mishap)
    {
        if (mishap.Kind == FaultKind.RestartPostgres)
        {
            await cluster.Postgres.Restart();
            return;
        }

        await cluster.Postgres.Freeze();
        await Task.Delay(mishap.Lasts);
        await cluster.Postgres.Thaw();
    }

    private Task CutSockets(Mishap mishap)
    {
        var random = new Random(mishap.Draw);
        foreach (var device in users.Devices.Where(_ => random.Next(3) == 0)) device.Cut();
        return Task.CompletedTask;
    }

    private async Task RemoveMember(Mishap mishap)
    {
        var random = new Random(mishap.Draw);
        var groups = users.Chats.Where(chat => chat.IsGroup).ToList();
        var group = groups[random.Next(groups.Count)];
        var member = group.Members[random.Next(1, group.Members.Count)];
        if (!group.TryTakeOut(member.Id)) return;
        var admin = group.Members[0];

        // A repeat of one that was cut off is told that there is no such member.
        await Rest.Insist(
            () => admin.Ask(HttpMethod.Post, $"/api/messaging/{group.Path}remove_member/", new { member_id = member.Id }),
            Timeout, answer => answer.Known != Known.Nothing);
        await Task.Delay(mishap.Lasts);
        group.Returns.Enqueue((group.Id, member.Id, Clock.Now));
        await Rest.Insist(
            () => admin.Ask(HttpMethod.Post, $"/api/messaging/{group.Path}add_members/", new { member_ids = new[] { member.Id } }), Timeout);
        group.IsBack(member.Id);
    }

    private static async Task InTurn(SemaphoreSlim turn, Func<Task> work)
    {
        await turn.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            turn.Release();
        }
    }
}
