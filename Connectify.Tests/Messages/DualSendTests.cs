using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Messages;

/// <summary>The documented client sends each message over its socket and over REST, without an id: together they are one.</summary>
public abstract class DualSendTests(ServerFixture on) : TwoInAChat(on)
{
    [Theory]
    [InlineData("conversation")]
    [InlineData("group")]
    public async Task The_socket_first_and_rest_after(string kind)
    {
        var (ann, bo, chat) = await Two(kind);
        var (anns, bos) = (await ann.Listen(chat), await bo.Listen(chat));

        await anns.Send(new { type = "message", content = "ok", reply_to = (long?)null });
        var heard = (await anns.Hears("message")).Part("message");
        var sent = await ann.Says(chat, "ok");

        sent.Id().Should().Be(heard.Id());
        await bos.Hears(sent);
        await bos.HearsNothing();
        await anns.HearsNothing();
        (await Count(ann, chat)).Should().Be(1);
    }

    [Fact]
    public async Task Rest_first_and_the_socket_after()
    {
        var (ann, bo, chat) = await Two();
        var (anns, bos) = (await ann.Listen(chat), await bo.Listen(chat));
        var sent = await ann.Says(chat, "ok");
        await anns.Hears(sent);
        await anns.Send(new { type = "message", content = "ok" });
        await anns.HearsNothing();
        await bos.Hears(sent);
        await bos.HearsNothing();
        (await Count(ann, chat)).Should().Be(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_deleted_does_not_come_back_with_its_second_copy(bool isSocketFirst)
    {
        var (ann, bo, chat) = await Two();
        var (anns, bos) = (await ann.Listen(chat), await bo.Listen(chat));
        var frame = new { type = "message", content = "oops" };
        if (isSocketFirst) await anns.Send(frame);
        else await ann.Says(chat, "oops");
        var first = (await anns.Hears("message")).Part("message").Id();
        await ann.Delete($"/api/messaging/messages/{first}/").NoContent();
        await anns.Hears("message_deleted");

        if (isSocketFirst) (await ann.Says(chat, "oops")).Id().Should().Be(first);
        else await anns.Send(frame);

        await anns.HearsNothing();
        (await bos.HearsUntilNow()).Select(heard => heard.Type).Should().Equal("message", "message_deleted");
        (await Count(ann, chat)).Should().Be(0);

        // They are a pair now: whoever says it again, says it again.
        (await ann.Says(chat, "oops")).Id().Should().NotBe(first);
    }

    [Fact]
    public async Task The_second_copy_of_a_reply_comes_after_the_question_was_deleted()
    {
        var (ann, bo, chat) = await Two();
        var anns = await ann.Listen(chat);
        var question = (await bo.Says(chat, "well?")).Id();
        await anns.Hears("message");
        await anns.Send(new { type = "message", content = "ok", reply_to = question });
        var first = (await anns.Hears("message")).Part("message").Id();
        await bo.Delete($"/api/messaging/messages/{question}/").NoContent();

        var second = await ann.Post($"/api/messaging/{chat}send_message/", new { content = "ok", reply_to = question }).Created();

        second.Id().Should().Be(first);
    }

    [Fact]
    public async Task Said_twice_at_once_it_is_two_messages()
    {
        var (ann, bo, chat) = await Two();
        var (anns, bos) = (await ann.Listen(chat), await bo.Listen(chat));
        for (var round = 1; round <= 10; round++)
        {
            // Both copies of two sends, all under way together: each pairs once, whichever came first.
            var frames = Task.WhenAll(anns.Send(new { type = "message", content = "ok" }), anns.Send(new { type = "message", content = "ok" }));
            var replies = await Task.WhenAll(ann.Says(chat, "ok"), ann.Says(chat, "ok"));
            await frames;

            var heard = new[] { await anns.Hears("message"), await anns.Hears("message") }.Select(frame => frame.Part("message").Id()).ToList();
            await anns.HearsNothing();
            replies.Select(reply => reply.Id()).Should().BeEquivalentTo(heard);
            (await Count(ann, chat)).Should().Be(2 * round);
        }

        (await bos.HearsUntilNow()).Select(frame => frame.Body.Part("message").Id()).Should().HaveCount(20).And.OnlyHaveUniqueItems().And.BeInAscendingOrder();
    }

    [Fact]
    public async Task At_two_nodes_it_is_one()
    {
        var (ann, _, chat) = await Two();
        await using var twin = await Server.StartTwin();
        using var there = ann.At(twin);
        var anns = await ann.Listen(chat);
        for (var round = 1; round <= 5; round++)
        {
            var frame = anns.Send(new { type = "message", content = "ok" });
            await there.Says(chat, "ok");
            await frame;
            await anns.HearsUntilNow();
            (await Count(ann, chat)).Should().Be(round);
        }
    }

    [Fact]
    public async Task Twice_the_same_way_is_always_two()
    {
        var (ann, _, chat) = await Two();
        (await ann.Says(chat, "ok")).Id().Should().NotBe((await ann.Says(chat, "ok")).Id());

        var cy = await User("cy");
        var other = await ann.StartsConversation(cy);
        var anns = await ann.Listen(other);
        await anns.Send(new { type = "message", content = "ok" });
        await anns.Send(new { type = "message", content = "ok" });
        (await anns.Hears("message")).Part("message").Id().Should().NotBe((await anns.Hears("message")).Part("message").Id());
    }

    [Fact]
    public async Task Whatever_differs_is_another_message()
    {
        var (ann, bo, chat) = await Two();
        var group = await ann.StartsGroup(bo);
        var tablet = Keep(await ann.OnAnotherDevice());
        var question = await bo.Says(chat, "ok?");
        var anns = await ann.Listen(chat);
        await anns.Send(new { type = "message", content = "ok" });
        var ids = new List<long> { (await anns.Hears("message")).Part("message").Id() };

        ids.Add((await tablet.Says(chat, "ok")).Id());
        ids.Add((await ann.Says(chat, "ok ")).Id());
        ids.Add((await ann.Says(group, "ok")).Id());
        ids.Add((await ann.Post(Send(chat), new { content = "ok", reply_to = question.Id() }).Created()).Id());
        ids.Add((await ann.Post(Send(chat), new { content = "ok", client_message_id = "a-1" }).Created()).Id());
        using var form = new Form().With("content", "ok").WithFile("attachments", "cat.png", "image/png", Pictures.Png);
        ids.Add((await ann.Send(HttpMethod.Post, Send(chat), form).Created()).Id());
        var hub = await ann.JoinHub();
        ids.Add((await hub.Invoke("SendMessage", new { conversation_id = ChatSteps.ChatId(chat), content = "ok" })).Id());
        ids.Should().OnlyHaveUniqueItems();

        // And still its copy is paired, once.
        (await ann.Says(chat, "ok")).Id().Should().Be(ids[0]);
        (await ann.Says(chat, "ok")).Id().Should().NotBe(ids[0]);
    }

    [Fact]
    public async Task Too_late_or_turned_off_it_is_two()
    {
        await using var plain = await TestServer.Start(Server.Engine, "--Messaging:DualSendWindowSeconds=0");
        using var ann = await Support.User.Register(plain, "ann", 1);
        using var bo = await Support.User.Register(plain, "bo", 1);
        var off = await ann.StartsConversation(bo);
        var anns = await ann.Listen(off);
        await anns.Send(new { type = "message", content = "ok" });
        await anns.Hears("message");
        await anns.Hears(await ann.Says(off, "ok"));
        await ann.HangUp();

        var (cy, _, chat) = await Two();
        var sent = await cy.Says(chat, "late");
        await Server.Database.Execute("UPDATE messages SET created_at = created_at - 11000 WHERE id = @id", new { id = sent.Id() }, default);
        var cys = await cy.Listen(chat);
        await cys.Send(new { type = "message", content = "late" });
        (await cys.Hears("message")).Part("message").Id().Should().NotBe(sent.Id());
    }

    private static async Task<long> Count(User user, string chat) => (await user.Get(Messages(chat)).Ok()).Number("count");

    public sealed class OnSqlite(SqliteServer on) : DualSendTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : DualSendTests(on), IClassFixture<PostgresServer>;
}
