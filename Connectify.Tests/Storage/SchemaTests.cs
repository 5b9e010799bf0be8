using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit;

namespace Connectify.Tests.Storage;

public abstract class SchemaTests(DatabaseEngine engine) : StorageTests(engine)
{
    [Fact]
    public async Task A_fresh_database_lacks_everything_and_is_current_afterwards()
    {
        (await Schema.Inspect(Target)).Pending.Should().NotBeEmpty();

        var applied = await Schema.Apply(Target);

        applied.Should().NotBeEmpty().And.BeInAscendingOrder().And.EndWith(Schema.Latest.Name);
        (await Schema.Inspect(Target)).IsCurrent.Should().BeTrue();
    }

    [Fact]
    public async Task Of_eight_nodes_that_start_at_once_one_migrates_and_none_fails()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Schema.Apply(Target))));

        applied.Should().ContainSingle(migrations => migrations.Count > 0);
        (await Schema.Inspect(Target)).IsCurrent.Should().BeTrue();
    }

    [Fact]
    public async Task The_first_organization_is_number_one_and_there_once()
    {
        await Open();
        await Schema.Apply(Target);

        (await Database.Query<long>("SELECT id FROM organizations", null, default)).Should().Equal(1);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_in_a_sentence_and_left_as_it_is()
    {
        await Open();
        const string Future = "99991231_01_future";
        await Database.Execute(
            """INSERT INTO "VersionInfo" ("Version", "Description") VALUES (9999123101, @Future)""",
            new { Future }, default);

        var apply = () => Schema.Apply(Target);

        (await apply.Should().ThrowAsync<SchemaTooNewException>()).WithMessage($"*newer than this program*{Future}*restore a backup.");
        (await Schema.Inspect(Target)).Unknown.Should().Equal(Future);
    }

    [Fact]
    public async Task Held_up_by_another_process_it_says_so_and_goes_on_when_that_one_is_done()
    {
        await using var held = await Hold();
        var said = new TaskCompletionSource<string>();

        var applying = Schema.Apply(Target, said.SetResult);

        (await said.Task.WaitAsync(Timeout)).Should().StartWith($"Waiting for the {(Engine == DatabaseEngine.Postgres ? "migration" : "write")} lock of ");
        applying.IsCompleted.Should().BeFalse();
        await held.DisposeAsync();
        (await applying.WaitAsync(Timeout)).Should().NotBeEmpty();
    }

    /// <summary>Has another process's lock until disposed.</summary>
    protected abstract Task<IAsyncDisposable> Hold();

    public sealed class OnSqlite() : SchemaTests(DatabaseEngine.Sqlite)
    {
        [Fact]
        public async Task Partial_indexes_are_partial()
        {
            await Open();
            const string Sql = "SELECT name || substr(sql, instr(sql, ' WHERE ')) FROM sqlite_master WHERE type = 'index' AND instr(sql, ' WHERE ') > 0";

            (await Database.Query<string>(Sql, null, default)).Should().Contain(
                "uq_chats_pair WHERE is_active AND kind = 'conversation'",
                "ix_chat_members_user WHERE left_at IS NULL",
                "ix_messages_page WHERE deleted_at IS NULL",
                "uq_messages_client_id WHERE client_message_id IS NOT NULL",
                "ix_messages_dual WHERE dual_key IS NOT NULL");
        }

        protected override async Task<IAsyncDisposable> Hold()
        {
            var connection = new SqliteConnection($"{Target.ConnectionString};Pooling=false");
            await connection.OpenAsync();
            connection.BeginTransaction(deferred: false);
            return connection;
        }
    }

    public sealed class OnPostgres() : SchemaTests(DatabaseEngine.Postgres)
    {
        [Fact]
        public async Task Tables_are_made_where_the_search_path_leads()
        {
            await using var data = await ServerData.Create(DatabaseEngine.Postgres);
            await using var connection = new NpgsqlConnection($"{data.Postgres};Pooling=false");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("CREATE SCHEMA chat", connection);
            await command.ExecuteNonQueryAsync();
            var target = new DatabaseTarget(DatabaseEngine.Postgres, $"{data.Postgres};Search Path=chat,public");

            await Schema.Apply(target);

            (await Schema.Inspect(target)).IsCurrent.Should().BeTrue();
            command.CommandText = "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename IN ('VersionInfo', 'users', 'chats')";
            (await command.ExecuteScalarAsync()).Should().Be("chat");
            (await Schema.Inspect(data.Target)).Pending.Should().NotBeEmpty("public is another place");
        }

        // As versions did that kept their history with Entity Framework: a session's lock.
        protected override async Task<IAsyncDisposable> Hold()
        {
            var connection = new NpgsqlConnection($"{Target.ConnectionString};Pooling=false");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(4859223943382529129)", connection);
            await command.ExecuteNonQueryAsync();
            return connection;
        }
    }
}
