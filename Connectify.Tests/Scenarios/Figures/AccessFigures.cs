using System.Diagnostics;

namespace Connectify.Tests.Scenarios.Figures;

/// <summary>G9: how long somebody's sockets at another node outlive his access.</summary>
internal sealed class AccessFigures(Cluster cluster, Rest rest)
{
    private const int Tries = 5;

    public async Task Measure()
    {
        await Rows("with Redis");
        await cluster.Redis.Kill();
        await Waiting.Until(async () => await cluster.Nodes[1].HearsOthers() == false, "Redis is away");
        await Rows("without Redis");
        await cluster.Redis.Run();
        await cluster.Ready();
    }

    private async Task Rows(string when)
    {
        var setup = await ScenarioSetup.Open(rest);
        var admin = await setup.Register("admin");
        await Row("removed from the group (4004)", 4004, (member, chat) => Do(HttpMethod.Post, $"/api/messaging/{chat.Path}remove_member/", admin.Token, new { member_id = member.Id }));
        await Row("the group is deleted (4004)", 4004, (_, chat) => Do(HttpMethod.Delete, $"/api/messaging/{chat.Path}", admin.Token, null));
        await Row("deactivated (4003)", 4003, (member, _) => Do(HttpMethod.Post, "/api/accounts/deactivate/", setup.Superuser, new { user_id = member.Id }));

        async Task Row(string what, int code, Func<Member, Chat, Task> end)
        {
            var took = new List<double>();
            for (var i = 0; i < Tries; i++)
            {
                var member = await setup.Register($"member {what.Split(' ')[0]} {when.Split(' ')[0]} {i}".Replace(' ', '.'));
                var chat = await setup.Group(admin, member);
                await using var probe = await LatencyProbe.Open(cluster.Nodes[1], member, chat);
                var asked = Stopwatch.GetTimestamp();
                await end(member, chat);
                var (got, at) = await probe.Closed;
                if (got != code) throw new InvalidOperationException($"{what}: closed with {got}");
                took.Add(Stopwatch.GetElapsedTime(asked, at).TotalMilliseconds);
            }

            FigureSheet.Row("G9", $"{when}, {what}: sockets at another node close after", $"{FigureSheet.Milliseconds(took.Min())} to {FigureSheet.Milliseconds(took.Max())} ({Tries})");
        }
    }

    private async Task Do(HttpMethod method, string path, string token, object? body)
    {
        var answer = await rest.AskAt(cluster.Nodes[0], method, path, token, body);
        if (answer.Known != Known.Done) throw new InvalidOperationException($"{path}: {answer}");
    }
}
