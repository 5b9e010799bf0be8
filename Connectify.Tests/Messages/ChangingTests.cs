using System.Text.Json;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Messages;

public abstract class ChangingTests(ServerFixture on) : TwoInAChat(on)
{
    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task An_edit_is_seen_by_both(string method)
    {
        var (ann, bo, chat) = await Two();
        var sent = await ann.Says(chat, "Helo");
        var bos = await bo.Listen(chat);

        var edited = await ann.Send(new HttpMethod(method), Message(sent.Id(), "edit/"), HostileInputs.Json("{\"content\":\" Updated message content \"}")).Ok();

        edited.Text("content").Should().Be(" Updated message content ");
        edited.Flag("is_edited").Should().BeTrue();
        edited.Number("seq").Should().Be(sent.Number("seq") + 1);
        edited.Text("created_at").Should().Be(sent.Text("created_at"));
        string.CompareOrdinal(edited.Text("updated_at"), sent.Text("updated_at")).Should().BeGreaterThanOrEqualTo(0);
        (await bos.Hears("message_updated")).Part("message").Text("content").Should().Be(" Updated message content ");
        (await bo.Get(Message(sent.Id())).Ok()).Text("content").Should().Be(" Updated message content ");
    }

    [Fact]
    public async Task An_edit_that_changes_nothing_is_no_change()
    {
        var (ann, bo, chat) = await Two();
        var sent = await ann.Says(chat, "Same");
        var edit = Message(sent.Id(), "edit/");
        var bos = await bo.Listen(chat);

        var same = await ann.Put(edit, new { content = "Same" }).Ok();
        JsonElement.DeepEquals(same, sent).Should().BeTrue("nothing of this changed it: {0}", same);
        await bos.HearsNothing();

        var edited = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ann.Put(edit, new { content = "same" }).Ok()));
        edited.Select(one => one.Number("seq")).Should().AllBeEquivalentTo(sent.Number("seq") + 1);
        await bos.HearsNext("message_updated");
        await bos.HearsNothing();
        await bo.Put(edit, new { content = "same" }).Fails(403, "You can only edit your own messages");
    }

    [Fact]
    public async Task Only_the_sender_edits_and_only_to_what_could_be_sent()
    {
        var (ann, bo, chat) = await Two();
        var sent = await ann.Says(chat, "Mine");
        var edit = Message(sent.Id(), "edit/");

        await bo.Put(edit, new { content = "Yours" }).Fails(403, "You can only edit your own messages");
        await ann.Put(edit, new { content = " " }).Fails(400, "A message needs content or an attachment");
        await ann.Put(edit, new { content = new string('x', 10_001) }).Fails(400, code: "content_too_long");
        await ann.Put(edit, new { }).Fails(400);
        await ann.Send(HttpMethod.Put, edit, HostileInputs.Json("{\"content\":\"\\u0000\"}")).Fails(400);

        var same = await ann.Get(Message(sent.Id())).Ok();
        JsonElement.DeepEquals(same, sent).Should().BeTrue("nothing of this changed it: {0}", same);
    }

    [Theory]
    [InlineData("")]
    [InlineData("delete/")]
    [InlineData("delete")]
    public async Task A_deleted_message_is_gone_and_replies_stay(string spelling)
    {
        var (ann, bo, chat) = await Two();
        var (first, question) = (await ann.Says(chat, "Hi"), await ann.Says(chat, "Coffee?"));
        var reply = await bo.Post(Send(chat), new { content = "Yes", reply_to = question.Id() }).Created();
        await bo.Post(Message(question.Id(), "react/"), new { emoji = "☕" }).Created();
        var bos = await bo.Listen(chat);

        await bo.Delete(Message(question.Id(), spelling)).Fails(403, "You can only delete your own messages");
        await ann.Delete(Message(question.Id(), spelling)).NoContent();

        (await bos.Hears("message_deleted")).Number("message_id").Should().Be(question.Id());
        var page = await bo.Get(Messages(chat)).Ok();
        page.Number("count").Should().Be(2);
        page.Items("results").Select(message => message.Id()).Should().Equal(reply.Id(), first.Id());
        page.Items("results")[0].Number("reply_to").Should().Be(question.Id());
        var detail = await bo.Get($"/api/messaging/{chat}").Ok();
        detail.Items("messages").Should().HaveCount(2);
        detail.Part("last_message").Id().Should().Be(reply.Id());
        await IsGone(ann, question.Id());
        await IsGone(bo, question.Id());
    }

    [Fact]
    public async Task The_last_message_deleted_gives_its_place_to_the_one_before()
    {
        var (ann, bo, chat) = await Two();
        var (first, last) = (await ann.Says(chat, "one"), await ann.Says(chat, "two"));
        await ann.Delete(Message(last.Id())).NoContent();
        (await bo.Get($"/api/messaging/{chat}").Ok()).Part("last_message").Id().Should().Be(first.Id());
        await ann.Delete(Message(first.Id())).NoContent();
        (await bo.Get($"/api/messaging/{chat}").Ok()).IsNull("last_message").Should().BeTrue();
    }

    [Fact]
    public async Task Of_ten_deletes_at_once_one_is_the_first()
    {
        var (ann, _, chat) = await Two();
        var sent = await ann.Says(chat, "going");
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ann.Delete(Message(sent.Id()))));
        replies.Count(reply => reply.Status == 204).Should().Be(1);
        replies.Count(reply => reply.Status == 404).Should().Be(9);
        (await ann.Get(Messages(chat)).Ok()).Number("count").Should().Be(0);
        (await ann.Get($"/api/messaging/{chat}").Ok()).Number("seq").Should().Be(2);
    }

    [Theory]
    [InlineData("conversation")]
    [InlineData("group")]
    public async Task A_message_is_whole_or_gone_while_it_is_being_deleted(string kind)
    {
        var (ann, bo, chat) = await Two(kind);
        for (var round = 0; round < 30; round++)
        {
            var id = (await ann.Says(chat, "whole")).Id();
            string[] places = [Message(id), Messages(chat), $"/api/messaging/{chat}", $"/api/messaging/{chat.Split('/')[0]}/"];
            var reads = places.Concat(places).Concat(places).Select(place => bo.Get(place)).ToList();
            await ann.Delete(Message(id)).NoContent();
            foreach (var reply in await Task.WhenAll(reads))
            {
                if (reply.Status == 404) reply.Detail.Should().Be("Message not found");
                else reply.Text.Should().NotContain("\"content\":\"\"");
            }
        }
    }

    [Fact]
    public async Task An_outsider_sees_no_message_and_nobody_sees_those_of_a_deleted_conversation()
    {
        var (ann, _, chat) = await Two();
        var eve = await User("eve");
        var stranger = await User("stranger", (await NewOrganization()).Id());
        var sent = await ann.Says(chat, "secret");

        await eve.Get(Message(sent.Id())).Fails(403, "You are not a participant in this conversation");
        await stranger.Get(Message(sent.Id())).Fails(404, "Message not found");
        await ann.Get(Message(long.MaxValue)).Fails(404, "Message not found");

        await ann.Delete($"/api/messaging/{chat}").NoContent();
        await IsGone(ann, sent.Id());
        await ann.Get(Messages(chat)).Fails(404);
        await ann.Post(Send(chat), new { content = "anybody?" }).Fails(404);
    }

    private static async Task IsGone(User user, long id)
    {
        await user.Get(Message(id)).Fails(404, "Message not found");
        await user.Put(Message(id, "edit/"), new { content = "x" }).Fails(404);
        await user.Delete(Message(id)).Fails(404);
        await user.Post(Message(id, "react/"), new { emoji = "👍" }).Fails(404);
        await user.Delete(Message(id, "unreact/")).Fails(404);
    }

    public sealed class OnSqlite(SqliteServer on) : ChangingTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ChangingTests(on), IClassFixture<PostgresServer>;
}
