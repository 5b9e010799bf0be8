using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

public abstract class TypingTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task The_others_hear_it_and_nobody_else()
    {
        User ann = await User("ann"), bo = await User("bo"), eve = await User("eve");
        var path = await ann.StartsConversation(bo);
        var phone = Keep(await ann.OnAnotherDevice());
        PlainSocket anns = await ann.Listen(path), phones = await phone.Listen(path), bos = await bo.Listen(path);
        var eves = await eve.Listen(await ann.StartsConversation(eve));

        await anns.Send(new { type = Frames.Typing, is_typing = true });
        var typing = await bos.HearsNext(Frames.Typing);

        typing.EnumerateObject().Select(field => field.Name).Should().Equal("type", "conversation_id", "user_id", "username", "is_typing");
        typing.Number("conversation_id").Should().Be(ChatSteps.ChatId(path));
        typing.Number("user_id").Should().Be(ann.Id);
        typing.Text("username").Should().Be(ann.Username);
        typing.Flag("is_typing").Should().BeTrue();
        await anns.HearsNothing();
        await phones.HearsNothing();
        await eves.HearsNothing();
        await anns.Send(new { type = Frames.Typing, is_typing = false });
        (await bos.HearsNext(Frames.Typing)).Flag("is_typing").Should().BeFalse();
    }

    [Theory]
    [InlineData("close")]
    [InlineData("cut")]
    [InlineData("binary")]
    public async Task It_stops_with_its_socket(string how)
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsGroup(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);
        await anns.Send(new { type = Frames.Typing, is_typing = true });
        await bos.HearsNext(Frames.Typing);

        if (how == "close") await anns.Close();
        else if (how == "cut") anns.Cut();
        else await anns.SendFrame([1], System.Net.WebSockets.WebSocketMessageType.Binary);

        var stopped = await bos.HearsNext(Frames.Typing);
        stopped.Number("user_id").Should().Be(ann.Id);
        stopped.Flag("is_typing").Should().BeFalse();
    }

    [Fact]
    public async Task Whoever_stopped_by_himself_is_not_stopped_again()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsGroup(bo);
        PlainSocket bos = await bo.Listen(path), anns = await ann.Listen(path);
        await bos.Hears(Frames.Presence, frame => frame.Flag("is_online"));
        await anns.Send(new { type = Frames.Typing, is_typing = true });
        await anns.Send(new { type = Frames.Typing, is_typing = false });
        await bos.HearsNext(Frames.Typing);
        await bos.HearsNext(Frames.Typing);

        await anns.Close();

        await bos.Hears(Frames.Presence, frame => !frame.Flag("is_online"));
        await bos.HearsNothing();
    }

    [Fact]
    public async Task Over_two_sockets_of_one_user_it_stops_with_the_last()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsGroup(bo);
        PlainSocket one = await ann.Listen(path), other = await ann.Listen(""), bos = await bo.Listen(path);
        await one.Send(new { type = Frames.Typing, is_typing = true });
        await other.Send(new { type = Frames.Typing, group_chat_id = ChatSteps.ChatId(path), is_typing = true });
        for (var i = 0; i < 2; i++) (await bos.HearsNext(Frames.Typing)).Flag("is_typing").Should().BeTrue();

        await one.Send(new { type = Frames.Typing, is_typing = false });
        await one.HearsNothing();
        await bos.HearsNothing();
        await other.Close();

        (await bos.HearsNext(Frames.Typing)).Flag("is_typing").Should().BeFalse();
    }

    [Fact]
    public async Task On_hub_and_socket_for_all_chats_it_stops_in_every_chat()
    {
        User ann = await User("ann"), bo = await User("bo");
        string conversation = await ann.StartsConversation(bo), group = await ann.StartsGroup(bo);
        PlainSocket inOne = await bo.Listen(conversation), inOther = await bo.Listen(group);
        var hub = await ann.JoinHub();
        var all = await ann.Listen("");

        await hub.Invoke("Typing", new { conversation_id = ChatSteps.ChatId(conversation), is_typing = true });
        await all.Send(new { type = Frames.Typing, group_chat_id = ChatSteps.ChatId(group), is_typing = true });
        (await inOne.HearsNext(Frames.Typing)).Flag("is_typing").Should().BeTrue();
        (await inOther.HearsNext(Frames.Typing)).Flag("is_typing").Should().BeTrue();

        await ann.HangUp();
        (await inOne.HearsNext(Frames.Typing)).Flag("is_typing").Should().BeFalse();
        (await inOther.HearsNext(Frames.Typing)).Flag("is_typing").Should().BeFalse();
    }

    public sealed class OnSqlite(SqliteServer on) : TypingTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : TypingTests(on), IClassFixture<PostgresServer>;
}
