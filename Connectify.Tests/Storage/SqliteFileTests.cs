using Connectify.Migrations;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Connectify.Tests.Storage;

public sealed class SqliteFileTests() : StorageTests(DatabaseEngine.Sqlite)
{
    [Fact]
    public async Task The_connection_that_writes_is_the_same_until_SQLite_reports_a_failure()
    {
        await Open();
        await using var file = new SqliteFile(Target.ConnectionString, NullMeterFactory.Metrics);
        var first = await file.Write(Task.FromResult, default);
        (await file.Write(Task.FromResult, default)).Should().BeSameAs(first);
        await FluentActions.Awaiting(() => file.Write<int>(_ => throw new NotSupportedException(), default)).Should().ThrowAsync<NotSupportedException>();
        (await file.Write(Task.FromResult, default)).Should().BeSameAs(first);

        await FluentActions.Awaiting(() => file.Write<int>(_ => throw new SqliteException("disk I/O error", 10), default)).Should().ThrowAsync<SqliteException>();

        (await file.Write(Task.FromResult, default)).Should().NotBeSameAs(first);
    }

    [Fact]
    public async Task Every_connection_waits_for_the_disk()
    {
        await Open();
        await using var file = new SqliteFile(Target.ConnectionString, NullMeterFactory.Metrics);
        for (var i = 0; i < 3; i++)
        {
            await using var one = await file.Open(default);
            await using var another = await file.Open(default);
            foreach (var connection in new[] { one, another, await file.Write(Task.FromResult, default) })
            {
                (await Ask(connection, "PRAGMA synchronous")).Should().Be(2L);
                (await Ask(connection, "PRAGMA journal_mode")).Should().Be("wal");
            }
        }
    }

    private static async Task<object?> Ask(SqliteConnection connection, string pragma)
    {
        await using var command = new SqliteCommand(pragma, connection);
        return await command.ExecuteScalarAsync();
    }
}
