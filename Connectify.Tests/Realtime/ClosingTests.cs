using System.Net.WebSockets;
using System.Text;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Who may not stay is told why by the close code, after an upgrade that a browser sees.</summary>
public abstract class ClosingTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task Without_a_good_token_4003()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = $"/ws/messaging/{await ann.StartsConversation(bo)}";
        foreach (var query in new[] { "", "?token=", $"?token={Unique("bad")}", $"?token={ann.Token}x", $"?access_token={ann.Token}" })
        {
            await using var socket = await PlainSocket.Knock(Server.SocketUrl(path + query));
            (await socket.Closed()).Should().Be(4003, "of {0}", query);
        }
    }

    [Fact]
    public async Task A_token_in_the_header_is_as_good()
    {
        User ann = await User("ann"), bo = await User("bo");
        var url = Server.SocketUrl($"/ws/messaging/{await ann.StartsConversation(bo)}");
        await using var socket = await PlainSocket.Knock(url, how => how.SetRequestHeader("Authorization", $"Bearer {ann.Token}"));
        (await socket.Hears(Frames.Hello)).Number("user_id").Should().Be(ann.Id);
    }

    [Fact]
    public async Task A_pending_account_4003()
    {
        await using var strict = await TestServer.Start(Server.Engine, "--Accounts:AutoActivate=false");
        using var ada = await Support.User.Register(strict, "ada", 1);
        (await (await ada.Knock("")).Closed()).Should().Be(4003);
        (await (await ada.Knock("conversations/1/")).Closed()).Should().Be(4003);
        await ada.HangUp();
    }

    [Fact]
    public async Task A_chat_that_is_not_there_or_not_ones_own_4004()
    {
        User ann = await User("ann"), bo = await User("bo"), eve = await User("eve");
        var stranger = await User("stranger", (await NewOrganization()).Id());
        var id = ChatSteps.ChatId(await ann.StartsConversation(bo));
        string[] wrong = [$"group-chats/{id}/", "conversations/0/", "conversations/-1/", "conversations/abc/", "conversations/1.5/", "conversations/99999999999999999999/"];
        foreach (var path in wrong) (await (await ann.Knock(path)).Closed()).Should().Be(4004, "of {0}", path);
        (await (await eve.Knock($"conversations/{id}/")).Closed()).Should().Be(4004);
        (await (await stranger.Knock($"conversations/{id}/")).Closed()).Should().Be(4004);
        (await ann.Listen($"conversations/{id}")).Hello.Number("conversation_id").Should().Be(id, "the slash is no matter");
    }

    [Fact]
    public async Task Ones_own_close_is_answered_with_1000_after_what_was_sent_before()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);

        await anns.Send(new { type = Frames.Message, content = "bye" });
        (await anns.Close()).Should().Be(1000);

        (await bos.HearsNext(Frames.Message)).Part("message").Text("content").Should().Be("bye");
    }

    [Fact]
    public async Task Frames_that_are_binary_or_too_long()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var bos = await bo.Listen(path);

        var binary = await ann.Listen(path);
        await binary.SendFrame([1, 2, 3], WebSocketMessageType.Binary);
        (await binary.Closed()).Should().Be(1003);
        var empty = await ann.Listen(path);
        await empty.SendFrame([], WebSocketMessageType.Binary);
        (await empty.Closed()).Should().Be(1003);

        var longest = await ann.Listen(path);
        await longest.SendText(Message(64 * 1024));
        (await longest.HearsNext(Frames.Error)).Text("code").Should().Be("content_too_long");
        await longest.SendText(Message((64 * 1024) + 1));
        (await longest.Closed()).Should().Be(1009);
        await bos.HearsNothing();

        static string Message(int length)
        {
            const string Empty = """{"type":"message","content":""}""";
            return Empty.Insert(Empty.Length - 2, new string('x', length - Encoding.UTF8.GetByteCount(Empty)));
        }
    }

    [Fact]
    public async Task Whoever_breaks_the_websocket_protocol_goes_and_the_others_stay()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);

        await anns.SendFrame([0xff, 0xfe, 0xfd], WebSocketMessageType.Text);

        (await anns.Closed()).Should().Be(1007);
        await bos.Hears(await ann.Says(path, "still there?"));
    }

    [Fact]
    public async Task The_server_going_away_says_1001()
    {
        PlainSocket anns, all;
        var server = await TestServer.Start(Server.Engine);
        await using (server)
        {
            var ann = Keep(await Support.User.Register(server, "ann", 1));
            using var bo = await Support.User.Register(server, "bo", 1);
            anns = await ann.Listen(await ann.StartsConversation(bo));
            all = await ann.Listen("");
        }

        (await anns.Closed()).Should().Be(1001);
        (await all.Closed()).Should().Be(1001);
        server.Log.Errors.Should().BeEmpty();
    }

    public sealed class OnSqlite(SqliteServer on) : ClosingTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ClosingTests(on), IClassFixture<PostgresServer>;
}
