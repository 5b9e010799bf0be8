using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>The hub for SignalR clients: the same frames as arguments, the same sentences as exceptions.</summary>
public abstract class HubTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task A_no_says_its_sentence_and_the_connection_goes_on()
    {
        User ann = await User("ann"), bo = await User("bo"), cy = await User("cy");
        var conversation_id = ChatSteps.ChatId(await ann.StartsConversation(bo));
        var theirs = ChatSteps.ChatId(await bo.StartsConversation(cy));
        var hub = await ann.JoinHub();
        (string Method, object Argument, string Sentence)[] wrong =
        [
            ("Join", new { }, "conversation_id or group_chat_id is required"),
            ("Join", new { conversation_id = "5" }, "conversation_id: Must be a positive integer"),
            ("Join", new { conversation_id = theirs }, "You are not a participant in this conversation"),
            ("Join", new { group_chat_id = conversation_id }, "Group chat not found"),
            ("Leave", new { }, "conversation_id or group_chat_id is required"),
            ("SendMessage", "text", "A JSON object is expected"),
            ("SendMessage", new { conversation_id }, "content: This field is required"),
            ("SendMessage", new { conversation_id, content = 5 }, "content: Must be a text"),
            ("SendMessage", new { conversation_id, content = " " }, "A message needs content or an attachment"),
            ("SendMessage", new { conversation_id, content = new string('x', 10_001) }, "Content must be at most 10000 characters"),
            ("SendMessage", new { conversation_id, content = "a", reply_to = long.MaxValue }, "The message replied to is not in this chat"),
            ("SendMessage", new { conversation_id = theirs, content = "a" }, "You are not a participant in this conversation"),
            ("Typing", new { conversation_id }, "is_typing: Must be true or false"),
            ("Read", new { conversation_id }, "message_id: This field is required"),
            ("Read", new { conversation_id, message_ids = new[] { long.MaxValue } }, "Not messages of this chat"),
        ];
        foreach (var (method, argument, sentence) in wrong)
        {
            var call = () => hub.Invoke(method, argument);
            (await call.Should().ThrowAsync<HubException>("of {0} {1}", method, argument)).WithMessage($"*{sentence}*");
        }

        (await hub.Invoke("SendMessage", new { conversation_id, content = "still here" })).Text("content").Should().Be("still here");
    }

    [Fact]
    public async Task Null_is_no_frame_from_javascript_either()
    {
        var hub = await (await User("ann")).JoinHubFromJavaScript("WebSockets");
        var call = () => hub.Invoke("SendMessage", [null!]);
        (await call.Should().ThrowAsync<NodeException>()).WithMessage("*A JSON object is expected*");
        await hub.Invoke("Ping");
    }

    [Fact]
    public async Task Who_has_not_joined_hears_nothing_and_sends_all_the_same()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var hub = await ann.JoinHub();
        var bos = await bo.Listen(path);

        var sent = await hub.Invoke("SendMessage", new { conversation_id = ChatSteps.ChatId(path), content = "hi" });

        await bos.Hears(sent);
        await hub.HearsNothing();
    }

    [Fact]
    public async Task A_join_that_waits_for_no_reply_is_a_join()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var missed = await ann.Says(path, "missed");
        var hub = await bo.JoinHub();

        await hub.Send("Join", new { conversation_id = ChatSteps.ChatId(path), since = 0 });

        await hub.Hears(missed);
        await hub.Hears(await ann.Says(path, "live"));
    }

    [Fact]
    public async Task Joining_again_repeats_and_misses_nothing()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var conversation_id = ChatSteps.ChatId(path);
        var hub = await bo.JoinHub();
        await hub.Invoke("Join", new { conversation_id });
        var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(async sender =>
        {
            for (var i = 0; i < 10; i++) await ann.Says(path, $"{sender} {i}");
        }));
        long seq = 0;
        for (var turn = 0; turn < 8; turn++)
        {
            for (var i = 0; i < 5; i++) (await hub.HearsNext(Frames.Message)).Number("seq").Should().Be(++seq);
            foreach (var early in await hub.HearsUntilNow()) early.Body.Number("seq").Should().Be(++seq);
            if (seq >= 40) break;
            await hub.Invoke("Leave", new { conversation_id });
            foreach (var late in await hub.HearsUntilNow()) late.Body.Number("seq").Should().Be(++seq);
            (await hub.Invoke("Join", new { conversation_id, since = seq })).Flag("resumed").Should().BeTrue();
            if (seq >= 36) break;
        }

        await sending;
        while (seq < 40) (await hub.HearsNext(Frames.Message)).Number("seq").Should().Be(++seq);
        await hub.HearsNothing();
    }

    [Fact]
    public async Task A_message_of_64_KiB_passes()
    {
        await using var server = await TestServer.Start(Server.Engine, "--Messaging:MaxContentLength=100000");
        User ann = Keep(await Support.User.Register(server, "ann", 1)), bo = Keep(await Support.User.Register(server, "bo", 1));
        var conversation_id = ChatSteps.ChatId(await ann.StartsConversation(bo));
        var hub = await ann.JoinHub();
        var content = new string('x', 64 * 1024);
        (await hub.Invoke("SendMessage", new { conversation_id, content })).Text("content").Should().Be(content);
        await ann.HangUp();
    }

    [Fact]
    public async Task A_token_that_is_worth_nothing_is_401()
    {
        var ann = await User("ann");
        (await PlainSocket.KnockStatus(Server.SocketUrl("/hubs/chat"))).Should().Be(System.Net.HttpStatusCode.Unauthorized);
        (await PlainSocket.KnockStatus(Server.SocketUrl("/hubs/chat?access_token=bad"))).Should().Be(System.Net.HttpStatusCode.Unauthorized);
        (await PlainSocket.KnockStatus(Server.SocketUrl($"/hubs/chat?token={ann.Token}"))).Should().Be(System.Net.HttpStatusCode.Unauthorized);
    }

    public sealed class OnSqlite(SqliteServer on) : HubTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : HubTests(on), IClassFixture<PostgresServer>;
}
