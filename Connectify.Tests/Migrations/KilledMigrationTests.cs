using System.Data.Common;
using Connectify.Migrations;
using Connectify.Tests.Support;
using Dapper;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Connectify.Tests.Migrations;

/// <summary>A process that is killed in the middle of a migration leaves the database as it was, and no lock.</summary>
public abstract class KilledMigrationTests(DatabaseEngine engine) : StorageTests(engine)
{
    private readonly string _log = Path.GetTempFileName();

    public override Task DisposeAsync()
    {
        File.Delete(_log);
        return base.DisposeAsync();
    }

    [Fact]
    public async Task The_next_one_does_all_of_it()
    {
        await OldDatabase.Load(Target, 3);
        await using (var other = await Target.Open())
        {
            await Block(other);
            await using var migrating = await Migrate();
            await UntilBlocked(other).WaitAsync(Timeout);
            await migrating.Kill();
        }

        (await Schema.Inspect(Target)).Pending.Should().HaveCount(Schema.Steps.Count - 3);
        (await Schema.Apply(Target)).Should().HaveCount(Schema.Steps.Count - 3);
        await using var fresh = await ServerData.Create(Engine);
        await Schema.Apply(fresh.Target);
        (await SchemaShape.Of(Target)).Should().Equal(await SchemaShape.Of(fresh.Target));
    }

    /// <summary>Keeps a migration from ending.</summary>
    private protected abstract Task Block(DbConnection other);

    /// <summary>Returns when the migration has come that far.</summary>
    private protected abstract Task UntilBlocked(DbConnection other);

    private Task<SupervisedProcess> Migrate() => SupervisedProcess.Start(
        _log, "dotnet", Path.Combine(RepositoryFolder.Built("Connectify.Migrations"), "Connectify.Migrations.dll"),
        "apply", Engine == DatabaseEngine.Postgres ? "--postgres" : "--sqlite",
        Engine == DatabaseEngine.Postgres ? Target.ConnectionString : new SqliteConnectionStringBuilder(Target.ConnectionString).DataSource);

    public sealed class OnSqlite() : KilledMigrationTests(DatabaseEngine.Sqlite)
    {
        // A transaction that reads keeps others from committing.
        private protected override async Task Block(DbConnection other)
        {
            await other.ExecuteAsync("BEGIN;");
            await other.QueryAsync("SELECT id FROM chats");
        }

        // The journal has what the pages were before.
        private protected override async Task UntilBlocked(DbConnection other)
        {
            while (!File.Exists($"{other.DataSource}-journal") || new FileInfo($"{other.DataSource}-journal").Length == 0) await Task.Delay(20);
        }
    }

    public sealed class OnPostgres() : KilledMigrationTests(DatabaseEngine.Postgres)
    {
        private protected override async Task Block(DbConnection other)
        {
            await other.ExecuteAsync("BEGIN;");
            await other.ExecuteAsync("LOCK TABLE chats IN ACCESS SHARE MODE");
        }

        // One connection has both locks, so a pooler can't part them.
        private protected override async Task UntilBlocked(DbConnection other)
        {
            const string Sql = """
                SELECT count(*) FROM pg_locks waiting JOIN pg_locks held ON held.pid = waiting.pid AND held.locktype = 'advisory' AND held.granted
                WHERE waiting.relation = 'public.chats'::regclass AND NOT waiting.granted
                """;
            while (await other.ExecuteScalarAsync<long>(Sql) == 0) await Task.Delay(20);
        }
    }
}
