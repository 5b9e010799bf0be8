using Connectify.Server.Kernel;
using Connectify.Server.Lifecycle;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace Connectify.Tests.Storage;

/// <summary>A connection string, or a database, that can't be used: one sentence says which key and option, and no secret.</summary>
public sealed class PostgresConnectionStringTests
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData($"postgres://ann:{Secret}@db.example.com:5432/chat", "*is a URI*Host=db.example.com;Port=5432*")]
    [InlineData($"postgresql://ann:{Secret}@db.example.com/chat?sslmode=require", "*is a URI*")]
    [InlineData($"Host=one;Pasword={Secret}", "*\"pasword\", which doesn't exist*")]
    [InlineData($"Host=one;Password={Secret};Port=abc", "*\"port\" that can't be read*")]
    [InlineData($"Host=one;Password={Secret};SSL Mode=perhaps", "*\"ssl mode\" that can't be read*")]
    [InlineData($"Host one, Password {Secret}", "*is no list of options*quotes*")]
    [InlineData($"Username=ann;Password={Secret}", "*names no Host*")]
    [InlineData($"Host=one;Password={Secret};Target Session Attributes=primary", "*Target Session Attributes with one Host*Host=db1,db2*")]
    [InlineData($"Host=one,two;Password={Secret};Target Session Attributes=standby", "*Target Session Attributes*primary or read-write*")]
    [InlineData($"Host=one;Password={Secret};Minimum Pool Size=9;Maximum Pool Size=3", "*can't be used:*")]
    public void A_connection_string_that_cannot_be_used_is_refused_in_one_sentence(string connectionString, string sentence)
    {
        var check = () => PostgresConnectionString.Check(connectionString);

        var message = check.Should().Throw<StartupException>().WithMessage(sentence).Which.Message;
        message.Should().StartWith("ConnectionStrings:Postgres").And.NotContain(Secret).And.NotContain("\n");
    }

    [Theory]
    [InlineData("Host=one;Username=ann", "Host=one;Username=ann")]
    [InlineData("Host=one,two", "Host=one,two;Target Session Attributes=read-write")]
    [InlineData("Host=one,two;Target Session Attributes=primary", "Host=one,two;Target Session Attributes=primary")]
    public void With_several_hosts_the_one_that_can_be_written_is_asked_for(string given, string used)
        => PostgresConnectionString.Check(given).Should().Be(used);

    [Theory]
    [InlineData("LATIN1", "*encoding LATIN1*UTF8*")]
    [InlineData("SQL_ASCII", "*encoding SQL_ASCII*UTF8*")]
    public async Task A_database_that_is_not_UTF8_is_refused(string encoding, string sentence)
    {
        var cluster = await PostgresCluster.Shared;
        var database = await cluster.CreateDatabase($"ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        (await WhyNot(database)).Should().Match(sentence);
        await cluster.DropDatabase(database);
    }

    [Fact]
    public async Task A_database_and_a_user_that_are_not_there_are_named()
    {
        var cluster = await PostgresCluster.Shared;
        var database = await cluster.CreateDatabase();
        (await WhyNot(new NpgsqlConnectionStringBuilder(database) { Database = "nowhere" }.ConnectionString))
            .Should().Match("ConnectionStrings:Postgres: database \"nowhere\" does not exist: check the option Database*UTF8*");
        (await WhyNot(new NpgsqlConnectionStringBuilder(database) { Username = "nobody", Password = Secret }.ConnectionString))
            .Should().Match("ConnectionStrings:Postgres: role \"nobody\" does not exist: check the options Username and Password");
        await cluster.DropDatabase(database);
    }

    private static async Task<string?> WhyNot(string database)
    {
        var start = () => TestServer.Start(Connectify.Migrations.DatabaseEngine.Postgres, $"--ConnectionStrings:Postgres={database}");
        return StartupErrors.Describe((await start.Should().ThrowAsync<Exception>()).Which);
    }
}
