using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace Connectify.Tests.Storage;

/// <summary>A pooler that gives each transaction another session, with whatever others left in it.</summary>
public sealed class PgBouncerTests
{
    private const int Requests = 480;
    private const int AtOnce = 24;
    private const int ServerConnections = 6;

    [Fact]
    public async Task Two_nodes_serve_through_it_and_leave_its_sessions_as_they_were()
    {
        var cluster = await PostgresCluster.Shared;
        var database = await cluster.CreateDatabase();
        await using (var bouncer = await PgBouncer.Start(database, ServerConnections))
        {
            await Serve(bouncer.Through(database));
            (await SettingsOfItsSessions(bouncer.Through(database))).Should().AllBe("on auto 0");
        }

        await cluster.DropDatabase(database);
    }

    private static async Task Serve(string database)
    {
        await using var one = await TestServer.Start(DatabaseEngine.Postgres, $"--ConnectionStrings:Postgres={database}");
        await using var two = await one.StartTwin($"--ConnectionStrings:Postgres={database}");
        using User ann = await User.Register(one, "ann", 1), bo = await User.Register(one, "bo", 1);
        using User annThere = ann.At(two), boThere = bo.At(two);
        User[] callers = [ann, bo, annThere, boThere];
        var chat = await ann.StartsConversation(bo);
        var group = await bo.StartsGroup(ann);
        var message = await ann.Says(chat, "first");

        var statuses = new List<int>();
        foreach (var some in Enumerable.Range(0, Requests).Chunk(AtOnce)) statuses.AddRange(await Task.WhenAll(some.Select(Ask)));

        statuses.Should().HaveCount(Requests).And.OnlyContain(status => status < 300);
        one.Log.Errors.Concat(two.Log.Errors).Should().BeEmpty();

        async Task<int> Ask(int number)
        {
            var user = callers[number % callers.Length];
            var reply = (number / callers.Length % 6) switch
            {
                0 => user.Get("/api/messaging/conversations/"),
                1 => user.Get($"/api/messaging/{group}messages/"),
                2 => user.Post($"/api/messaging/messages/{message.Id()}/react/", new { emoji = $"{number % 12}" }),
                3 => user.Post($"/api/messaging/{group}send_message/", new { content = $"{number}", client_message_id = $"{number}" }),
                4 => user.Get("/api/accounts/profile/"),
                _ => user.Post($"/api/messaging/{chat}send_message/", new { content = $"{number}" }),
            };
            return (await reply).Status;
        }
    }

    // Held at once, so that each is another session.
    private static async Task<string[]> SettingsOfItsSessions(string through)
    {
        await using var source = NpgsqlDataSource.Create($"{through};Maximum Pool Size={ServerConnections}");
        var connections = await Task.WhenAll(Enumerable.Range(0, ServerConnections).Select(async _ => await source.OpenConnectionAsync()));
        var settings = await Task.WhenAll(connections.Select(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand(
                """
                SELECT concat_ws(' ', current_setting('enable_seqscan'), current_setting('plan_cache_mode'), (SELECT count(*) FROM pg_prepared_statements)),
                    pg_sleep(0.2)
                """,
                connection,
                transaction);
            return (string)(await command.ExecuteScalarAsync())!;
        }));
        foreach (var connection in connections) await connection.DisposeAsync();
        return settings;
    }
}
