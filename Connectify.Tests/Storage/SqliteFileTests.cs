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
        await using var file = new SqliteFile(Target.ConnectionString, NullMeterFactory.Metrics, Database.Availability);
        var first = await file.Write(Task.FromResult, default);
        (await file.Write(Task.FromResult, default)).Should().BeSameAs(first);
        await FluentActions.Awaiting(() => file.Write<int>(_ => throw new NotSupportedException(), default)).Should().ThrowAsync<NotSupportedException>();
        (await file.Write(Task.FromResult, default)).Should().BeSameAs(first);

        await FluentActions.Awaiting(() => file.Write<int>(_ => throw new SqliteException("database disk image is malformed", 11), default)).Should().ThrowAsync<SqliteException>();

        (await file.Write(Task.FromResult, default)).Should().NotBeSameAs(first);
    }

    [Theory]
    [InlineData(5, "Another program holds the write lock of SQLite.")]
    [InlineData(8, "The file of SQLite, or its disk, is read-only.")]
    [InlineData(10, "The disk of SQLite fails.")]
    [InlineData(13, "The disk of SQLite is full.")]
    [InlineData(14, "The file of SQLite can't be opened.")]
    public async Task A_file_that_cannot_be_written_ends_all_writes_until_one_works(int code, string reason)
    {
        await Open();
        using var availability = new DatabaseAvailability();
        await using var file = new SqliteFile(Target.ConnectionString, NullMeterFactory.Metrics, availability);
        var (begun, fail) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = file.Write<int>(
            async _ =>
            {
                begun.SetResult();
                await fail.Task;
                throw new SqliteException("failed", code);
            },
            default);
        await begun.Task;
        var waiting = file.Write(Task.FromResult, default);

        fail.SetResult();

        await first.Awaiting(write => write).Should().ThrowAsync<SqliteException>();
        await waiting.Awaiting(write => write).Should().ThrowAsync<DatabaseUnavailableException>().WithMessage(reason);
        await FluentActions.Awaiting(() => file.Write(Task.FromResult, default)).Should().ThrowAsync<DatabaseUnavailableException>();
        availability.Problem.Should().Be(reason);

        (await file.TryWrite(default)).Should().BeTrue();
        availability.MarkUp();
        await file.Write(Task.FromResult, default);
    }

    [Fact]
    public async Task Every_connection_waits_for_the_disk()
    {
        await Open();
        await using var file = new SqliteFile(Target.ConnectionString, NullMeterFactory.Metrics, Database.Availability);
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
