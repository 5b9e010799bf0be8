using Connectify.Migrations;
using Connectify.Tests.Support;
using Dapper;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Migrations;

/// <summary>Databases of earlier versions, which kept their history with Entity Framework.</summary>
public abstract class UpgradeTests(DatabaseEngine engine) : StorageTests(engine)
{
    private const string Marker = "99990000_read_VersionInfo_instead";

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task An_old_database_keeps_its_rows_and_gets_the_schema_of_a_new_one(int steps)
    {
        await OldDatabase.Load(Target, steps);
        var columns = await Target.Columns();
        var rows = await Target.Rows(columns);

        (await Schema.Inspect(Target)).Pending.Should().Equal(Schema.Steps.Skip(steps).Select(step => step.Name));
        (await Schema.Apply(Target)).Should().Equal(Schema.Steps.Skip(steps).Select(step => step.Name));

        (await Schema.Inspect(Target)).IsCurrent.Should().BeTrue();
        (await Target.Rows(columns)).Should().Equal(rows).And.Contain(row => row.Contains("é 🙂 \"quotes\" and it's {0}!"));
        await using var fresh = await ServerData.Create(Engine);
        await Schema.Apply(fresh.Target);
        (await SchemaShape.Of(Target)).Should().Equal(await SchemaShape.Of(fresh.Target));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_earlier_version_finds_a_step_that_it_does_not_know(bool old)
    {
        if (old) await OldDatabase.Load(Target, 4);
        await Schema.Apply(Target);

        await using var connection = await Target.Open();
        (await connection.QueryAsync<string>("""SELECT "MigrationId" FROM "__EFMigrationsHistory" ORDER BY 1 DESC LIMIT 1""")).Should().Equal(Marker);
    }

    [Fact]
    public async Task The_server_goes_on_where_the_earlier_one_stopped()
    {
        await using var data = await ServerData.Create(Engine);
        await OldDatabase.Load(data.Target, 4);
        await using var server = await TestServer.On(data);
        using User ann = await User.LogIn(server, "ann"), bo = await User.LogIn(server, "bo");

        var said = await bo.Says("conversations/1/", "after");

        said.Id().Should().Be(5);
        said.Number("seq").Should().Be(7);
        var messages = (await ann.Get("/api/messaging/conversations/1/messages/").Ok()).Items("results");
        messages.Select(message => message.Text("content")).Should().Equal("after", "indeed", "é 🙂 \"quotes\" and it's {0}!");
    }

    [Fact]
    public async Task Sessions_of_deactivated_accounts_end_and_the_others_stay()
    {
        await OldDatabase.Load(Target, 4);
        await using var connection = await Target.Open();
        await connection.ExecuteAsync("UPDATE sessions SET revoked_at = NULL; UPDATE users SET status = 'active'; UPDATE users SET status = 'deactivated' WHERE username = 'ann'");

        await Schema.Apply(Target);

        var ended = await connection.QueryAsync<string>("SELECT DISTINCT u.username FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.revoked_at IS NOT NULL");
        ended.Should().Equal("ann");
        (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM sessions WHERE revoked_at IS NULL")).Should().BePositive();
    }

    [Fact]
    public async Task An_old_database_that_is_newer_than_the_program_is_left_as_it_is()
    {
        await OldDatabase.Load(Target, 4);
        await using var connection = await Target.Open();
        await connection.ExecuteAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('20261201_05_elsewhere', '10.0.14')""");

        var apply = () => Schema.Apply(Target);

        (await apply.Should().ThrowAsync<SchemaTooNewException>()).WithMessage("*20261201_05_elsewhere*");
        (await Schema.Inspect(Target)).Unknown.Should().Equal("20261201_05_elsewhere");
        var versions = () => connection.QueryAsync("""SELECT * FROM "VersionInfo" """);
        await versions.Should().ThrowAsync<System.Data.Common.DbException>("nothing was made");
    }

    [Fact]
    public async Task A_step_that_fails_leaves_nothing_and_says_what_the_database_said()
    {
        await OldDatabase.Load(Target, 3);
        await using var connection = await Target.Open();
        await connection.ExecuteAsync("CREATE TABLE message_tallies (id bigint)");
        var before = await SchemaShape.Of(Target);

        var apply = () => Schema.Apply(Target);

        (await apply.Should().ThrowAsync<System.Data.Common.DbException>()).WithMessage("*message_tallies*already exists*");
        (await SchemaShape.Of(Target)).Should().Equal(before, "its first statement went with it");
        (await Schema.Inspect(Target)).Pending.Should().Equal(Schema.Steps.Skip(3).Select(step => step.Name));
        await connection.ExecuteAsync("DROP TABLE message_tallies");
        await Schema.Apply(Target);
        (await Schema.Inspect(Target)).IsCurrent.Should().BeTrue();
    }

    public sealed class OnSqlite() : UpgradeTests(DatabaseEngine.Sqlite);

    public sealed class OnPostgres() : UpgradeTests(DatabaseEngine.Postgres);
}
