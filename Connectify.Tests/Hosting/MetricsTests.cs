using System.Text.Json;
using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace Connectify.Tests.Hosting;

/// <summary>What an operator sees of a server by its meter; the clients that are cut are counted in their own tests.</summary>
public sealed class MetricsTests
{
    private const int Sends = 25;

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.Postgres)]
    public async Task Connections_sends_and_deliveries_are_counted(DatabaseEngine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var measured = new MetricsProbe(server);
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        var chat = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(chat), bos = await bo.Listen(""), annsInbox = await ann.Listen("");
        var hub = await bo.JoinHub();
        await hub.Invoke("Join", new { conversation_id = ChatSteps.ChatId(chat) });
        measured.Now("connectify.connections/socket").Should().Be(1);
        measured.Now("connectify.connections/inbox").Should().Be(2);
        measured.Now("connectify.connections/hub").Should().Be(1);

        // Whoever has heard one is in: a socket for all chats takes a moment to come in.
        Listener[] everybody = [anns, bos, annsInbox, hub];
        await EverybodyHears(everybody, await ann.Says(chat, "hello"));
        var before = measured.Sum("connectify.deliveries");
        for (var i = 0; i < Sends; i++) await EverybodyHears(everybody, await ann.Says(chat, "hi"));

        measured.Sum("connectify.messages.stored").Should().Be(1 + Sends);
        measured.Sum("connectify.messages.batch").Should().Be(1 + Sends);

        // The last is counted after it is handed over; what tells of presence may have come between.
        await measured.UntilSum("connectify.deliveries", sum => sum - before >= 4 * Sends);
        (measured.Sum("connectify.deliveries") - before).Should().BeLessThan(5 * Sends);
        measured.Sum("connectify.fan_out.duration").Should().BePositive();
        measured.Sum("connectify.database.wait.duration").Should().BePositive();
        await measured.Until("connectify.queue.bytes", bytes => bytes == 0);
        measured.Now("connectify.backplane.connected").Should().Be(double.NaN, "a single node has none");
        foreach (var user in new[] { ann, bo }) await user.HangUp();
        await measured.Until("connectify.connections/inbox", connections => connections == 0);
    }

    [Fact]
    public async Task A_backplane_that_goes_is_seen_and_so_are_the_gaps_it_leaves()
    {
        await using var redis = await RedisServer.Start();
        await using var one = await TestServer.Start(DatabaseEngine.Postgres, redis.Setting);
        await using var other = await one.StartTwin(redis.Setting);
        using MetricsProbe atOne = new(one), atOther = new(other);
        using User ann = await User.Register(one, "ann", 1), bo = await User.Register(one, "bo", 1);
        var chat = await ann.StartsConversation(bo);
        var anns = await ann.Listen(chat);
        foreach (var node in new[] { atOne, atOther }) await node.Until("connectify.backplane.connected", connected => connected == 1);

        await redis.Kill();
        foreach (var node in new[] { atOne, atOther }) await node.Until("connectify.backplane.connected", connected => connected == 0);
        var dropped = atOther.Now("connectify.backplane.dropped");
        var sent = await bo.At(other).Says(chat, "does anybody hear me?");

        await anns.Hears(sent);

        // Counted after it is handed over.
        await atOne.UntilSum("connectify.gaps.filled", filled => filled >= 1);
        await atOther.Until("connectify.backplane.dropped", now => now > dropped);
        await ann.HangUp();
    }

    [Fact]
    public async Task A_wait_for_a_connection_that_does_not_come_is_counted()
    {
        await using var data = await ServerData.Create(DatabaseEngine.Postgres);
        await using var server = await TestServer.Start(DatabaseEngine.Postgres, $"--ConnectionStrings:Postgres={data.Postgres};Maximum Pool Size=1", "--Database:PatienceSeconds=3");
        using var measured = new MetricsProbe(server);
        using var ann = await User.Register(server, "ann", 1);
        var busy = new TaskCompletionSource();

        var held = server.Database.OnPostgres(
            connection => new NpgsqlCommand("SELECT 1", connection).ExecuteReaderAsync(),
            async _ =>
            {
                await busy.Task;
                return true;
            });
        await ann.Get("/api/messaging/conversations/").Fails(503, "The database is away, please try again");
        busy.SetResult();
        await held;

        measured.Sum("connectify.database.timeouts/no_connection").Should().BePositive();
    }

    [Fact]
    public async Task A_database_that_answers_nobody_is_counted()
    {
        await using var cluster = await PostgresCluster.Own();
        await using var server = await TestServer.Start(DatabaseEngine.Postgres, $"--ConnectionStrings:Postgres={await cluster.CreateDatabase()}", "--Database:PatienceSeconds=3");
        using var measured = new MetricsProbe(server);

        await cluster.Freeze();
        await measured.UntilSum("connectify.database.timeouts/no_answer", sum => sum > 0);
        await cluster.Thaw();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (server.Database.Availability.IsDown) await Task.Delay(20, patience.Token);
        measured.Sum("connectify.database.timeouts/no_answer").Should().Be(1);
    }

    private static async Task EverybodyHears(Listener[] everybody, JsonElement message)
    {
        foreach (var listener in everybody) await listener.Hears(message);
    }
}
