using System.Text.Json;
using Connectify.Migrations;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Many chats joined at once.</summary>
public abstract class JoinManyTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task Each_chat_is_answered_for_and_then_what_was_missed_comes_chat_by_chat()
    {
        User ann = await User("ann"), bo = await User("bo"), eve = await User("eve");
        string conversation = await ann.StartsConversation(bo), group = await ann.StartsGroup(bo), quiet = await ann.StartsGroup(bo);
        var theirs = await ann.StartsConversation(eve);
        JsonElement[] inConversation = [await ann.Says(conversation, "known"), await ann.Says(conversation, "1"), await ann.Says(conversation, "2")];
        JsonElement[] inGroup = [await ann.Says(group, "3"), await ann.Says(group, "4")];
        var hub = await bo.JoinHub();

        var results = await hub.Invoke("JoinMany", new
        {
            chats = new object[]
            {
                new { group_chat_id = Id(conversation), since = 0 },
                new { conversation_id = Id(conversation), since = 1 },
                new { conversation_id = Id(theirs), since = 0 },
                new { group_chat_id = Id(group), since = 0 },
                new { conversation_id = Id(conversation), since = 0 },
                new { group_chat_id = Id(quiet) },
                new { conversation_id = long.MaxValue },
                new { },
                new { group_chat_id = Id(quiet), since = "x" },
            },
        });

        results.EnumerateArray().Select(result => result.GetRawText()).Should().Equal(
            $$"""{"group_chat_id":{{Id(conversation)}},"code":"group_chat_not_found","detail":"Group chat not found"}""",
            $$"""{"conversation_id":{{Id(conversation)}},"seq":3,"resumed":true}""",
            $$"""{"conversation_id":{{Id(theirs)}},"code":"not_a_participant","detail":"You are not a participant in this conversation"}""",
            $$"""{"group_chat_id":{{Id(group)}},"seq":2,"resumed":true}""",
            $$"""{"conversation_id":{{Id(conversation)}},"seq":3,"resumed":true}""",
            $$"""{"group_chat_id":{{Id(quiet)}},"seq":0,"resumed":false}""",
            $$"""{"conversation_id":{{long.MaxValue}},"code":"conversation_not_found","detail":"Conversation not found"}""",
            """{"code":"invalid_frame","detail":"conversation_id or group_chat_id is required"}""",
            $$"""{"group_chat_id":{{Id(quiet)}},"seq":0,"resumed":false}""");
        foreach (var missed in inConversation[1..].Concat(inGroup)) (await hub.HearsNext(Frames.Message)).Part("message").Id().Should().Be(missed.Id());
        foreach (var path in new[] { conversation, group, quiet }) await hub.Hears(await ann.Says(path, "live"));
        await ann.Says(theirs, "secret");
        await hub.HearsNothing();
    }

    [Fact]
    public async Task A_thousand_at_most_and_none_is_fine()
    {
        var hub = await (await User("ann")).JoinHub();
        (await hub.Invoke("JoinMany", new { chats = Array.Empty<object>() })).GetArrayLength().Should().Be(0);
        (await hub.Invoke("JoinMany", new { chats = Chats(1_000) })).GetArrayLength().Should().Be(1_000);
        foreach (var wrong in new object[] { new { chats = Chats(1_001) }, new { }, new { chats = "x" }, new { chats = new object[] { 1 } }, new { chats = new[] { new { conversation_id = "x" } } } })
        {
            var call = () => hub.Invoke("JoinMany", wrong);
            await call.Should().ThrowAsync<HubException>("of {0}", wrong);
        }

        static IEnumerable<object> Chats(int count) => Enumerable.Range(1, count).Select(i => new { conversation_id = long.MaxValue - i });
    }

    [Fact]
    public async Task A_call_without_a_reply_joins_too()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var missed = await ann.Says(path, "missed");
        var hub = await bo.JoinHub();
        await hub.Send("JoinMany", new { chats = new[] { new { conversation_id = Id(path), since = 0 } } });
        await hub.Hears(missed);
        await hub.Hears(await ann.Says(path, "live"));
    }

    private static long Id(string path) => ChatSteps.ChatId(path);

    public sealed class OnSqlite(SqliteServer on) : JoinManyTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : JoinManyTests(on), IClassFixture<PostgresServer>;
}

/// <summary>With the limits of Production, and the stock JavaScript client.</summary>
public sealed class JoiningUnderLimitsTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private User _ann = null!;
    private User _bo = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.Start(DatabaseEngine.Sqlite, "--RateLimits:Enabled=true", "--RateLimits:RequestsPerMinute=1000000");
        (_ann, _bo) = (await User.Register(_server, "ann", 1), await User.Register(_server, "bo", 1));
    }

    public async Task DisposeAsync()
    {
        await _ann.HangUp();
        await _bo.HangUp();
        _ann.Dispose();
        _bo.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Four_hundred_chats_are_joined_by_one_call_at_the_start_and_after_each_reconnect()
    {
        var chats = await Groups(400);
        for (var i = 0; i < 4; i++)
        {
            await using var hub = await NodeClient.Open(_server.Url, _ann.Token, "WebSockets");
            var results = await hub.Invoke("JoinMany", new { chats });
            results.EnumerateArray().Should().HaveCount(400).And.AllSatisfy(result => result.Flag("resumed").Should().BeTrue());
            await hub.Hears(await _bo.Says($"group-chats/{chats[^1].group_chat_id}/", "live"));
            chats[^1] = chats[^1] with { since = chats[^1].since + 1 };
        }
    }

    [Fact]
    public async Task A_hundred_and_twenty_joins_at_once_are_joined_when_they_come_again_as_told()
    {
        var chats = await Groups(120);
        await using var hub = await NodeClient.Open(_server.Url, _ann.Token, "WebSockets");

        (await hub.JoinEach(chats)).Should().BeLessThan(120 + 80 + 20, "those refused are told when it is their turn");

        await hub.Hears(await _bo.Says($"group-chats/{chats[^1].group_chat_id}/", "live"));
    }

    [Theory]
    [InlineData("""{"type":1,"invocationId":"1","target":"Nope","arguments":[]}""")]
    [InlineData("""{"type":1,"invocationId":"1","target":"Join","arguments":[]}""")]
    [InlineData("""{"type":1,"invocationId":"1","target":"Ping","arguments":[1,2,3]}""")]
    [InlineData("""{"type":1,"invocationId":"1","target":"Ping","arguments":[]}""")]
    [InlineData("""{"type":6}""")]
    [InlineData("""{"type":5,"invocationId":"1"}""")]
    public async Task Whatever_comes_counts(string record)
    {
        await using var socket = await RecordSocket.Open(_server.SocketUrl($"/hubs/chat?access_token={_ann.Token}"));
        await socket.Send([RecordSocket.Handshake, .. Enumerable.Repeat(record, 60), """{"type":1,"invocationId":"last","target":"Ping","arguments":[]}"""]);

        var answer = await socket.Next();
        while (!answer.Has("invocationId") || answer.Text("invocationId") != "last") answer = await socket.Next();
        answer.Text("error").Should().MatchRegex("Too many frames, please slow down \\(retry_after_ms: [0-9]+\\)$");
    }

    [Fact]
    public async Task Naming_many_chats_costs_more()
    {
        // 40 at once: these cost 18, and the client pings.
        var chats = Enumerable.Range(1, 900).Select(i => new { conversation_id = i }).ToArray();
        await using var hub = await NodeClient.Open(_server.Url, _ann.Token, "WebSockets");
        for (var i = 0; i < 2; i++) await hub.Invoke("JoinMany", new { chats });
        var third = () => hub.Invoke("JoinMany", new { chats });
        (await third.Should().ThrowAsync<NodeException>()).WithMessage("*Too many frames*retry_after_ms*");

        var inbox = await _bo.Listen("");
        for (var i = 0; i < 3; i++) await inbox.Send(new { type = Frames.Resume, chats });
        var error = await inbox.Hears(Frames.Error, frame => frame.Text("code") == "rate_limited");
        error.Number("retry_after_ms").Should().BePositive();
    }

    private async Task<Position[]> Groups(int count)
    {
        var groups = new Position[count];
        for (var i = 0; i < count; i++) groups[i] = new Position(ChatSteps.ChatId(await _bo.StartsGroup(_ann)), 0);
        return groups;
    }

    private sealed record Position(long group_chat_id, long since);
}
