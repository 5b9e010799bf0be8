using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Messages;

/// <summary>Sends with a <c>client_message_id</c>: idempotent per sender and chat.</summary>
public abstract class RepeatedSendTests(ServerFixture on) : TwoInAChat(on)
{
    [Fact]
    public async Task A_repeat_answers_with_the_first_and_is_told_to_nobody()
    {
        var (ann, bo, chat) = await Two();
        var bos = await bo.Listen(chat);
        var first = await ann.Post(Send(chat), new { content = "Hi", client_message_id = "a-1" }).Created();
        first.Text("client_message_id").Should().Be("a-1");
        await bos.Hears(first);

        var repeat = await ann.Post(Send(chat), new { content = "Hi", client_message_id = "a-1" }).Ok();
        var changed = await ann.Post(Send(chat), new { content = "another text", client_message_id = "a-1" }).Ok();

        repeat.Id().Should().Be(first.Id());
        changed.Text("content").Should().Be("Hi");
        await bos.HearsNothing();
        (await ann.Get(Messages(chat)).Ok()).Number("count").Should().Be(1);
    }

    [Fact]
    public async Task Over_the_socket_a_repeat_is_told_to_that_socket_alone()
    {
        var (ann, bo, chat) = await Two();
        var first = await ann.Post(Send(chat), new { content = "Hi", client_message_id = "a-1" }).Created();
        var (phone, tablet, bos) = (await ann.Listen(chat), await ann.Listen(chat), await bo.Listen(chat));

        await phone.Send(new { type = "message", content = "Hi", client_message_id = "a-1" });

        (await phone.Hears(first)).Part("message").Text("client_message_id").Should().Be("a-1");
        await phone.HearsNothing();
        await tablet.HearsNothing();
        await bos.HearsNothing();
    }

    [Fact]
    public async Task The_id_belongs_to_its_sender_and_chat()
    {
        var (ann, bo, chat) = await Two();
        var group = await ann.StartsGroup(bo);
        var draft = new { content = "Hi", client_message_id = new string('ü', 64) };
        var ids = new HashSet<long>
        {
            (await ann.Post(Send(chat), draft).Created()).Id(), (await bo.Post(Send(chat), draft).Created()).Id(),
            (await ann.Post(Send(group), draft).Created()).Id(), (await ann.Post(Send(chat), draft with { client_message_id = "another" }).Created()).Id(),
        };
        ids.Should().HaveCount(4);
        await ann.Post(Send(chat), new { content = "Hi", client_message_id = new string('x', 65) }).Fails(400);
    }

    [Fact]
    public async Task Of_ten_at_once_one_is_stored()
    {
        var (ann, bo, chat) = await Two();
        var bos = await bo.Listen(chat);
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ann.Post(Send(chat), new { content = "Hi", client_message_id = "a-1" })));

        replies.Count(reply => reply.Status == 201).Should().Be(1);
        replies.Count(reply => reply.Status == 200).Should().Be(9);
        var id = replies.Select(reply => reply.Body.Id()).Distinct().Should().ContainSingle().Subject;
        (await bos.Hears("message")).Part("message").Id().Should().Be(id);
        await bos.HearsNothing();
    }

    [Fact]
    public async Task A_repeat_to_a_message_whose_answer_is_gone_still_answers()
    {
        var (ann, _, chat) = await Two();
        var question = await ann.Says(chat, "Coffee?");
        var draft = new { content = "Yes", reply_to = question.Id(), client_message_id = "a-1" };
        var first = await ann.Post(Send(chat), draft).Created();
        await ann.Delete(Message(question.Id())).NoContent();
        (await ann.Post(Send(chat), draft).Ok()).Id().Should().Be(first.Id());
    }

    public sealed class OnSqlite(SqliteServer on) : RepeatedSendTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : RepeatedSendTests(on), IClassFixture<PostgresServer>;
}
