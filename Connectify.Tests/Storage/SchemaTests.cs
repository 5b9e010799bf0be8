using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Storage;

public abstract class SchemaTests(DatabaseEngine engine) : StorageTests(engine)
{
    [Fact]
    public async Task A_fresh_database_lacks_everything_and_is_current_afterwards()
    {
        (await Schema.Inspect(Target)).Pending.Should().NotBeEmpty();

        var applied = await Schema.Apply(Target);

        applied.Should().NotBeEmpty().And.BeInAscendingOrder().And.EndWith(Schema.Latest);
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
            """INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES (@Future, '99.0.0')""",
            new { Future }, default);

        var apply = () => Schema.Apply(Target);

        (await apply.Should().ThrowAsync<SchemaTooNewException>()).WithMessage($"*newer than this program*{Future}*restore a backup.");
        (await Schema.Inspect(Target)).Unknown.Should().Equal(Future);
    }

    public sealed class OnSqlite() : SchemaTests(DatabaseEngine.Sqlite)
    {
        [Fact]
        public async Task A_lock_row_left_by_a_killed_migration_blocks_nobody()
        {
            await using var connection = new Microsoft.Data.Sqlite.SqliteConnection(Target.ConnectionString);
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2020-01-01 00:00:00+00:00');
                """;
            await command.ExecuteNonQueryAsync();

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            (await Schema.Apply(Target, patience.Token)).Should().NotBeEmpty();
        }
    }

    public sealed class OnPostgres() : SchemaTests(DatabaseEngine.Postgres);
}
