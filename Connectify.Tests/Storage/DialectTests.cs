using Connectify.Migrations;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Storage;

public sealed class DialectRewriteTests
{
    [Theory]
    [InlineData("WHERE id = ANY(@ids) AND x", "WHERE id IN (SELECT value FROM json_each(@ids)) AND x")]
    [InlineData("WHERE a =ANY(@a) OR b = ANY(@b)", "WHERE a IN (SELECT value FROM json_each(@a)) OR b IN (SELECT value FROM json_each(@b))")]
    [InlineData("FROM unnest(@ids) AS given(id)", "FROM (SELECT value AS id FROM json_each(@ids)) AS given")]
    [InlineData("SELECT 1 FOR UPDATE;", "SELECT 1 ;")]
    [InlineData("SELECT 1 FOR NO KEY UPDATE;", "SELECT 1 ;")]
    [InlineData("SELECT 1 FOR SHARE", "SELECT 1 ")]
    [InlineData("SELECT 'FOR UPDATES' FROM x", "SELECT 'FOR UPDATES' FROM x")]
    public void Sqlite_is_given_its_own_form_and_postgres_the_text_as_it_is(string written, string rewritten)
    {
        Dialect.Translate(DatabaseEngine.Sqlite, written).Should().Be(rewritten);
        Dialect.Translate(DatabaseEngine.Postgres, written).Should().Be(written);
    }
}

public abstract class DialectTests(DatabaseEngine engine) : StorageTests(engine)
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Open();
    }

    [Fact]
    public async Task A_list_of_ids_finds_its_rows_and_an_empty_one_none()
    {
        const string Sql = "SELECT id FROM organizations WHERE id = ANY(@Ids)";

        (await Database.Query<long>(Sql, new { Ids = new long[] { 1, 2, long.MaxValue } }, default)).Should().Equal(1);
        (await Database.Query<long>(Sql, new { Ids = Array.Empty<long>() }, default)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_list_of_texts_survives_quotes_and_other_scripts()
    {
        string[] names = ["plain", "it's \"quoted\" \\ back", "日本語 👍", ""];

        var found = await Database.Query<string>("SELECT name FROM unnest(@Names) AS given(name)", new { Names = names }, default);

        found.Should().Equal(names);
    }

    [Fact]
    public async Task A_list_joins_as_rows()
    {
        const string Sql = """
            SELECT given.id FROM unnest(@Ids) AS given(id) LEFT JOIN organizations o ON o.id = given.id
            WHERE o.id IS NULL ORDER BY given.id
            """;

        (await Database.Query<long>(Sql, new { Ids = new long[] { 3, 1, 2 } }, default)).Should().Equal(2, 3);
    }

    [Fact]
    public async Task Several_statements_are_one_round_trip()
    {
        var (organizations, users) = await Database.QueryMultiple(
            "SELECT count(*) FROM organizations; SELECT count(*) FROM users;",
            null,
            async read => (await read.ReadSingleAsync<long>(), await read.ReadSingleAsync<long>()),
            default);

        (organizations, users).Should().Be((1, 0));
    }

    [Fact]
    public async Task A_moment_comes_back_to_the_millisecond()
    {
        var moment = Timestamp.From(new DateTimeOffset(2025, 5, 15, 11, 2, 35, 776, TimeSpan.Zero));
        await Database.Execute("UPDATE organizations SET created_at = @moment WHERE id = 1", new { moment }, default);

        (await Database.FirstOrDefault<Timestamp>("SELECT created_at FROM organizations WHERE id = 1", null, default)).Should().Be(moment);
        (await Database.FirstOrDefault<OrganizationRow>("SELECT id, created_at FROM organizations", null, default))!.CreatedAt.Should().Be(moment);
    }

    private sealed class OrganizationRow
    {
        public long Id { get; init; }

        public Timestamp CreatedAt { get; init; }
    }

    public sealed class OnSqlite() : DialectTests(DatabaseEngine.Sqlite);

    public sealed class OnPostgres() : DialectTests(DatabaseEngine.Postgres);
}
