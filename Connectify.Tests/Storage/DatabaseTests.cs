using Connectify.Migrations;
using Connectify.Server.Kernel;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Storage;

public abstract class DatabaseTests(DatabaseEngine engine) : StorageTests(engine)
{
    private const string Insert = "INSERT INTO organizations (name, created_at) VALUES (@Name, 0) RETURNING id";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Open();
    }

    [Fact]
    public async Task A_rejection_rolls_back_what_was_written_before_it()
    {
        var outcome = await Database.WriteOrReject<long>(
            async transaction =>
            {
                await transaction.FirstOrDefault<long>(Insert, new { Name = "Doomed" }, default);
                return Rejection.NotFound("no_such_thing", "No such thing");
            },
            default);

        outcome.Rejection!.Code.Should().Be("no_such_thing");
        (await Names()).Should().Equal("Default");
    }

    [Fact]
    public async Task An_exception_rolls_back_and_leaves_the_next_writer_free()
    {
        var write = () => Database.Write<long>(
            async transaction =>
            {
                await transaction.FirstOrDefault<long>(Insert, new { Name = "Doomed" }, default);
                throw new NotSupportedException();
            },
            default);

        await write.Should().ThrowAsync<NotSupportedException>();
        await Database.Execute(Insert, new { Name = "Next" }, default);
        (await Names()).Should().Equal("Default", "Next");
    }

    [Fact]
    public async Task An_outcome_that_is_a_value_is_committed()
    {
        var outcome = await Database.WriteOrReject<long>(
            async transaction => await transaction.FirstOrDefault<long>(Insert, new { Name = "Kept" }, default), default);

        (await Database.Exists("SELECT id FROM organizations WHERE id = @id", new { id = outcome.Value }, default)).Should().BeTrue();
    }

    [Fact]
    public async Task Nobody_reads_what_is_not_committed()
    {
        await Database.Write(
            async transaction =>
            {
                await transaction.FirstOrDefault<long>(Insert, new { Name = "Unseen" }, default);
                (await Names()).Should().Equal("Default");
                return 0;
            },
            default);

        (await Names()).Should().Equal("Default", "Unseen");
    }

    [Fact]
    public async Task Writers_of_one_row_at_once_lose_nothing()
    {
        await Database.Execute("UPDATE organizations SET created_at = 0 WHERE id = 1", null, default);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(CountUp)));

        (await Database.FirstOrDefault<long>("SELECT created_at FROM organizations WHERE id = 1", null, default)).Should().Be(40);
    }

    [Fact]
    public async Task A_second_process_writing_the_same_database_loses_nothing_either()
    {
        await using var second = new Database(Target, NullMeterFactory.Metrics, Timeout);
        Database[] both = [Database, second];

        await Task.WhenAll(Enumerable.Range(0, 40).Select(
            number => Task.Run(() => both[number % 2].Execute(Insert, new { Name = $"Number {number}" }, default))));

        (await Names()).Should().HaveCount(41).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_writer_who_gives_up_waiting_takes_nobodys_turn()
    {
        using var givenUp = new CancellationTokenSource();
        await givenUp.CancelAsync();
        var write = () => Database.Execute(Insert, new { Name = "Never" }, givenUp.Token);

        await write.Should().ThrowAsync<OperationCanceledException>();
        await Database.Execute(Insert, new { Name = "Next" }, default);
        (await Names()).Should().Equal("Default", "Next");
    }

    private Task<int> CountUp() => Database.Write(
        async transaction =>
        {
            var count = await transaction.FirstOrDefault<long>("SELECT created_at FROM organizations WHERE id = 1 FOR UPDATE", null, default);
            return await transaction.Execute("UPDATE organizations SET created_at = @next WHERE id = 1", new { next = count + 1 }, default);
        },
        default);

    private Task<List<string>> Names() => Database.Query<string>("SELECT name FROM organizations ORDER BY id", null, default);

    public sealed class OnSqlite() : DatabaseTests(DatabaseEngine.Sqlite);

    public sealed class OnPostgres() : DatabaseTests(DatabaseEngine.Postgres);
}
