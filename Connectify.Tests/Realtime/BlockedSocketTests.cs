using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>What a block stops in a conversation, and that it stops nothing in a group.</summary>
public abstract class BlockedSocketTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task Nothing_is_sent_in_either_direction()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);
        await Block(ann, bo);

        await anns.Send(new { type = Frames.Message, content = "a", client_message_id = "a1" });
        var blocker = await anns.HearsNext(Frames.Error);
        (blocker.Text("code"), blocker.Text("detail")).Should().Be(("user_blocked", "You have blocked this user"));
        blocker.Text("client_message_id").Should().Be("a1");
        await bos.Send(new { type = Frames.Message, content = "b" });
        var blocked = await bos.HearsNext(Frames.Error);
        (blocked.Text("code"), blocked.Text("detail")).Should().Be(("blocked_by_user", "You have been blocked by this user"));

        var hub = await bo.JoinHub();
        var send = () => hub.Invoke("SendMessage", new { conversation_id = ChatSteps.ChatId(path), content = "b" });
        (await send.Should().ThrowAsync<HubException>()).WithMessage("*You have been blocked by this user*");
        await anns.HearsNothing();
        await bos.HearsNothing();
    }

    [Fact]
    public async Task Typing_and_receipts_do_not_cross_it_and_a_read_is_stored()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var sent = await ann.Says(path, "before");
        var phone = Keep(await bo.OnAnotherDevice());
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path), phones = await phone.Listen(path);
        await Block(ann, bo);

        foreach (var socket in new[] { anns, bos })
        {
            await socket.Send(new { type = Frames.Typing, is_typing = true });
            await socket.Send(new { type = "nothing" });
            await socket.HearsNext(Frames.Error);
        }

        await bos.Send(new { type = Frames.Read, message_id = sent.Id() });
        (await phones.HearsNext(Frames.Read)).Number("message_id").Should().Be(sent.Id(), "one's own devices agree");
        await bos.HearsNext(Frames.Read);
        await anns.HearsNothing();
        await bos.HearsNothing();
        (await bo.Get($"/api/messaging/{path}").Ok()).Number("unread_count").Should().Be(0);
    }

    [Fact]
    public async Task In_a_group_it_changes_nothing()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsGroup(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);
        await Block(ann, bo);

        await bos.Send(new { type = Frames.Typing, is_typing = true });
        await anns.HearsNext(Frames.Typing);
        await bos.Send(new { type = Frames.Message, content = "hi" });
        var heard = (await anns.HearsNext(Frames.Message)).Part("message");
        await anns.Send(new { type = Frames.Read, message_id = heard.Id() });
        await bos.HearsNext(Frames.Message);
        await bos.HearsNext(Frames.Read);
    }

    private async Task Block(User by, User blocked)
        => await by.Post("/api/messaging/blocks/", new { blocked_id = blocked.Id, organization_id = await Organization() }).Created();

    public sealed class OnSqlite(SqliteServer on) : BlockedSocketTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : BlockedSocketTests(on), IClassFixture<PostgresServer>;
}
