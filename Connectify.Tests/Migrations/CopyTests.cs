using System.Text.Json;
using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Migrations;

/// <summary>An installation moves from SQLite to PostgreSQL, and its clients notice nothing.</summary>
public sealed class CopyTests
{
    [Fact]
    public async Task Whoever_used_the_old_one_finds_everything_in_the_new_one_and_goes_on()
    {
        await using var old = await ServerData.Create(DatabaseEngine.Sqlite);
        await using var postgres = await ServerData.Create(DatabaseEngine.Postgres);
        await Schema.Apply(postgres.Target);
        PopulatedServer populated;
        Dictionary<string, string> before;
        JsonElement last;
        await using (var server = await TestServer.On(old))
        {
            populated = await PopulatedServer.Build(server);
            last = await populated.Ann.Says(populated.Conversation, "the last of the old one");
            await populated.Ann.Delete($"/api/messaging/messages/{last.Id()}/").NoContent();
            before = await populated.Answers(server);
        }

        var copied = await Copy.Run(old.Target, postgres.Target);

        copied.Should().OnlyContain(table => table.Rows > 0, "the town has something of everything");
        await using (var server = await TestServer.On(postgres with { Folder = old.Folder }))
        {
            var after = await populated.Answers(server);
            after.Should().BeEquivalentTo(before);
            var next = await populated.Ann.At(server).Says(populated.Conversation, "the first of the new one");
            next.Id().Should().Be(last.Id() + 1, "an id is never handed out twice");
            next.Number("seq").Should().Be(last.Number("seq") + 2, "the deletion was a change too");
            using var newcomer = await User.Register(server, "newcomer", 1);
            newcomer.Id.Should().Be(populated.LastUser + 1);
        }
    }

    [Fact]
    public async Task A_target_that_has_something_is_left_as_it_is()
    {
        await using var old = await ServerData.Create(DatabaseEngine.Sqlite);
        await using var postgres = await ServerData.Create(DatabaseEngine.Postgres);
        await Schema.Apply(old.Target);
        var copying = () => Copy.Run(old.Target, postgres.Target);

        (await copying.Should().ThrowAsync<CopyRefusedException>()).Which.Message.Should().StartWith("The PostgreSQL database doesn't have this program's schema");
        await (await TestServer.On(postgres)).DisposeAsync();
        (await copying.Should().ThrowAsync<CopyRefusedException>()).Which.Message.Should().Be("The PostgreSQL database is not empty: users has rows.");
    }
}
