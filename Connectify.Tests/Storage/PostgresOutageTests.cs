using Connectify.Migrations;
using Connectify.Protocol;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR;
using Npgsql;
using Xunit;

namespace Connectify.Tests.Storage;

/// <summary>What clients notice when PostgreSQL restarts, ends its connections, or turns read-only.</summary>
public sealed class PostgresOutageTests(PostgresOutageTests.OwnCluster on) : IClassFixture<PostgresOutageTests.OwnCluster>
{
    private const int Requests = 60;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_database_that_turns_read_only_is_away_until_it_can_be_written()
    {
        var database = await on.Cluster.CreateDatabase();
        await using var server = await TestServer.Start(DatabaseEngine.Postgres, $"--ConnectionStrings:Postgres={database}");
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        var chat = await ann.StartsConversation(bo);
        var socket = await ann.Listen(chat);
        var hub = await ann.JoinHub();

        await Alter(database, "SET default_transaction_read_only = on");
        await Ends(database);
        await Until(ann, 503);

        (await ann.Get("/readyz").Fails(503, code: "not_ready")).Text("detail").Should().Be("PostgreSQL is read-only.");
        var refused = await ann.Post($"/api/messaging/{chat}send_message/", new { content = "in vain" });
        refused.Code.Should().Be("database_unavailable");
        refused.Headers.RetryAfter.Should().NotBeNull();
        await socket.Send(new { type = Frames.Message, content = "in vain" });
        (await socket.Hears(Frames.Error)).Text("code").Should().Be("database_unavailable");
        await FluentActions.Awaiting(() => hub.Invoke("SendMessage", new { conversation_id = ChatSteps.ChatId(chat), content = "in vain" }))
            .Should().ThrowAsync<HubException>();
        server.Log.Warnings.Should().Contain(line => line.Contains("PostgreSQL is read-only.", StringComparison.Ordinal));

        await Alter(database, "RESET default_transaction_read_only");
        await Until(ann, 200);
        await socket.Hears(await ann.Says(chat, "again"));
        server.Log.Errors.Should().BeEmpty();
        await ann.HangUp();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_request_fails_on_a_connection_that_PostgreSQL_ended(bool restarts)
    {
        var database = await on.Cluster.CreateDatabase();
        await using var server = await TestServer.Start(DatabaseEngine.Postgres, $"--ConnectionStrings:Postgres={database}");
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        var chat = await ann.StartsConversation(bo);
        var message = await ann.Says(chat, "hi");
        (await Ask()).Should().OnlyContain(status => status < 300, "the pool is filled");

        if (restarts) await on.Cluster.Restart();
        else await Ends(database);
        await Until(ann, 200);

        (await Ask()).Should().OnlyContain(status => status < 300);
        server.Log.Errors.Should().BeEmpty();

        Task<int[]> Ask() => Task.WhenAll(Enumerable.Range(0, Requests).Select(async number =>
        {
            var reply = (number % 4) switch
            {
                0 => ann.Get("/api/messaging/conversations/"),
                1 => ann.Get($"/api/messaging/{chat}messages/"),
                2 => ann.Post($"/api/messaging/messages/{message.Id()}/react/", new { emoji = $"{number % 12}" }),
                _ => ann.Post($"/api/messaging/{chat}send_message/", new { content = $"{number}" }),
            };
            return (await reply).Status;
        }));
    }

    [Fact]
    public async Task A_start_waits_for_a_read_only_database()
    {
        var database = await on.Cluster.CreateDatabase();
        await Alter(database, "SET default_transaction_read_only = on");
        await using var asked = new Database(new DatabaseTarget(DatabaseEngine.Postgres, database), NullMeterFactory.Metrics, Timeout);
        await asked.Postgres!.Awaiting(postgres => postgres.Check(default)).Should().ThrowAsync<DatabaseUnavailableException>().WithMessage("PostgreSQL is read-only.");
        var starting = TestServer.Start(DatabaseEngine.Postgres, $"--ConnectionStrings:Postgres={database}");

        await Alter(database, "RESET default_transaction_read_only");

        await using var server = await starting;
        using var ann = await User.Register(server, "ann", 1);
    }

    private static async Task Until(User user, int status)
    {
        using var patience = new CancellationTokenSource(Timeout);
        while ((await user.Get("/readyz")).Status != status) await Task.Delay(20, patience.Token);
    }

    private static Task Alter(string database, string what)
        => Execute(database, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} {what}");

    /// <summary>Ends all connections to the database, as an administrator may.</summary>
    private static Task Ends(string database)
        => Execute(database, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

    private static async Task Execute(string database, string sql)
    {
        await using var connection = new NpgsqlConnection($"{database};Pooling=false;Options=-c default_transaction_read_only=off");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public sealed class OwnCluster : IAsyncLifetime
    {
        private PostgresCluster? _cluster;

        public PostgresCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not been started.");

        public async Task InitializeAsync() => _cluster = await PostgresCluster.Own();

        public async Task DisposeAsync()
        {
            if (_cluster is not null) await _cluster.DisposeAsync();
        }
    }
}
