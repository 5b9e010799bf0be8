using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR;
using Xunit;

namespace Connectify.Tests.Contracts;

/// <summary>The stock SignalR clients: JavaScript on each transport, .NET over WebSockets.</summary>
public abstract class SignalRClientTests(ServerFixture on) : ServerTests(on)
{
    [Theory]
    [InlineData("WebSockets")]
    [InlineData("ServerSentEvents")]
    [InlineData("LongPolling")]
    public async Task From_javascript_it_joins_sends_and_hears(string transport)
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var anns = await ann.JoinHubFromJavaScript(transport);
        var bos = await bo.Listen(path);
        var conversation_id = ChatSteps.ChatId(path);

        (await anns.Invoke("Join", new { conversation_id })).Number("seq").Should().Be(0);
        var sent = await anns.Invoke("SendMessage", new { conversation_id, content = "hi", client_message_id = "a1" });

        await bos.Hears(sent);
        await anns.Hears(sent);
        await bos.Send(new { type = Frames.Message, content = "hello" });
        await anns.Hears(Frames.Message, frame => frame.Part("message").Text("content") == "hello");
        var again = await anns.Invoke("SendMessage", new { conversation_id, content = "hi", client_message_id = "a1" });
        again.Id().Should().Be(sent.Id());
        await anns.HearsNo(Frames.Message);
    }

    [Theory]
    [InlineData("WebSockets")]
    [InlineData("ServerSentEvents")]
    [InlineData("LongPolling")]
    public async Task From_javascript_a_rejection_says_its_sentence(string transport)
    {
        User ann = await User("ann"), bo = await User("bo"), eve = await User("eve");
        var conversation_id = ChatSteps.ChatId(await ann.StartsConversation(bo));
        var eves = await eve.JoinHubFromJavaScript(transport);

        var join = () => eves.Invoke("Join", new { conversation_id });

        (await join.Should().ThrowAsync<NodeException>()).WithMessage("*You are not a participant in this conversation*");
    }

    [Theory]
    [InlineData("WebSockets")]
    [InlineData("ServerSentEvents")]
    [InlineData("LongPolling")]
    public async Task From_javascript_without_a_token_nobody_gets_in(string transport)
    {
        var open = () => NodeClient.Open(Server.Url, null, transport);

        (await open.Should().ThrowAsync<NodeException>()).WithMessage("*401*");
    }

    [Fact]
    public async Task From_dotnet_it_types_reads_and_leaves()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsGroup(bo);
        var group_chat_id = ChatSteps.ChatId(path);
        HubClient anns = await ann.JoinHub(), bos = await bo.JoinHub();
        await anns.Invoke("Join", new { group_chat_id });
        await bos.Invoke("Join", new { group_chat_id });

        await anns.Invoke("Typing", new { group_chat_id, is_typing = true });
        (await bos.Hears(Frames.Typing)).Number("user_id").Should().Be(ann.Id);
        await anns.HearsNo(Frames.Typing);
        var sent = await anns.Invoke("SendMessage", new { group_chat_id, content = "hi" });
        await bos.Hears(sent);
        await bos.Invoke("Read", new { group_chat_id, message_ids = new[] { sent.Id() } });
        await anns.Hears(Frames.ReadMessages, read => read.Number("user_id") == bo.Id);

        await bos.Invoke("Leave", new { group_chat_id });
        var unheard = await anns.Invoke("SendMessage", new { group_chat_id, content = "gone?" });
        await anns.Hears(unheard);
        await bos.HearsNo(Frames.Message);
    }

    [Fact]
    public async Task From_dotnet_what_was_missed_comes_after_join_with_since()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var conversation_id = ChatSteps.ChatId(path);
        var first = await ann.Says(path, "one");
        var second = await ann.Says(path, "two");
        var bos = await bo.JoinHub();

        var joined = await bos.Invoke("Join", new { conversation_id, since = first.Number("seq") });

        joined.Flag("resumed").Should().BeTrue();
        joined.Number("seq").Should().Be(second.Number("seq"));
        await bos.Hears(second);
        await bos.HearsNo(Frames.Message);
    }

    [Fact]
    public async Task From_dotnet_a_rejection_says_its_sentence()
    {
        User ann = await User("ann"), bo = await User("bo"), eve = await User("eve");
        var group_chat_id = ChatSteps.ChatId(await ann.StartsGroup(bo));
        var eves = await eve.JoinHub();

        var send = () => eves.Invoke("SendMessage", new { group_chat_id, content = "hi" });

        (await send.Should().ThrowAsync<HubException>()).WithMessage("*You are not a member of this group chat*");
    }

    public sealed class OnSqlite(SqliteServer on) : SignalRClientTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : SignalRClientTests(on), IClassFixture<PostgresServer>;
}
