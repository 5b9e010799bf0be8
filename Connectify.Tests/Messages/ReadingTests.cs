using System.Text.Json;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Messages;

public abstract class ReadingTests(ServerFixture on) : TwoInAChat(on)
{
    [Theory]
    [InlineData("conversation")]
    [InlineData("group")]
    public async Task Each_message_is_read_on_its_own(string kind)
    {
        var (ann, bo, chat) = await Two(kind);
        var (first, second) = (await ann.Says(chat, "one"), await ann.Says(chat, "two"));
        var anns = await ann.Listen(chat);
        (await Unread(bo, chat)).Should().Be(2);

        var read = await bo.Post(Read(chat), new { message_id = second.Id() }).Ok();

        Numbers(read, "message_ids").Should().Equal(second.Id());
        (await anns.Hears("read")).Number("message_id").Should().Be(second.Id());
        (await Unread(bo, chat)).Should().Be(1);
        ReadBy(await ann.Get(Message(second.Id())).Ok()).Should().Equal(bo.Id);
        ReadBy(await ann.Get(Message(first.Id())).Ok()).Should().BeEmpty();

        Numbers(await bo.Post(Read(chat), new { message_ids = new[] { second.Id(), first.Id() } }).Ok(), "message_ids").Should().Equal(first.Id());
        Numbers(await anns.Hears("read_messages"), "message_ids").Should().Equal(first.Id());
        Numbers(await bo.Post(Read(chat), new { message_ids = new[] { second.Id(), first.Id() } }).Ok(), "message_ids").Should().BeEmpty();
        await anns.HearsNothing();
        (await Unread(bo, chat)).Should().Be(0);
    }

    [Fact]
    public async Task No_get_marks_anything_as_read()
    {
        var (ann, bo, chat) = await Two();
        var sent = await ann.Says(chat, "one");
        foreach (var path in new[] { Messages(chat), Message(sent.Id()), $"/api/messaging/{chat}", "/api/messaging/conversations/" }) await bo.Get(path).Ok();
        (await Unread(bo, chat)).Should().Be(1);
    }

    [Fact]
    public async Task Own_and_deleted_messages_are_never_unread()
    {
        var (ann, bo, chat) = await Two();
        var (mine, hers, last) = (await bo.Says(chat, "mine"), await ann.Says(chat, "hers"), await ann.Says(chat, "last"));
        (await Unread(bo, chat)).Should().Be(2);
        (await Unread(ann, chat)).Should().Be(1);

        Numbers(await bo.Post(Read(chat), new { message_id = mine.Id() }).Ok(), "message_ids").Should().BeEmpty();
        ReadBy(await ann.Get(Message(mine.Id())).Ok()).Should().BeEmpty();

        await ann.Delete(Message(hers.Id())).NoContent();
        (await Unread(bo, chat)).Should().Be(1);
        await bo.Post(Read(chat), new { message_id = hers.Id() }).Fails(400, code: "message_not_found");
        await bo.Post(Read(chat), new { message_id = last.Id() }).Ok();
        await ann.Delete(Message(last.Id())).NoContent();
        (await Unread(bo, chat)).Should().Be(0);
    }

    [Fact]
    public async Task Who_comes_later_starts_with_nothing_unread()
    {
        var (ann, bo, chat) = await Two("group");
        var cy = await User("cy");
        var before = await ann.Says(chat, "before");
        await ann.Post($"/api/messaging/{chat}add_members/", new { member_ids = new[] { cy.Id } }).Ok();
        (await Unread(cy, chat)).Should().Be(0);
        var after = await ann.Says(chat, "after");
        (await Unread(cy, chat)).Should().Be(1);
        (await Unread(bo, chat)).Should().Be(2);

        await cy.Post(Read(chat), new { message_id = after.Id() }).Ok();
        ReadBy(await ann.Get(Message(before.Id())).Ok()).Should().BeEmpty();
        await cy.Post(Read(chat), new { message_id = before.Id() }).Ok();
        ReadBy(await ann.Get(Message(before.Id())).Ok()).Should().Equal(cy.Id);

        await ann.Post($"/api/messaging/{chat}remove_member/", new { member_id = cy.Id }).Ok();
        await ann.Says(chat, "meanwhile");
        await ann.Post($"/api/messaging/{chat}add_members/", new { member_ids = new[] { cy.Id } }).Ok();
        (await Unread(cy, chat)).Should().Be(0);
        ReadBy(await ann.Get(Message(after.Id())).Ok()).Should().Equal(cy.Id);
    }

    [Fact]
    public async Task Ids_that_are_none_of_the_chat_are_named_and_the_others_are_read()
    {
        var (ann, bo, chat) = await Two();
        var others = await ann.StartsGroup(bo);
        var (here, there) = (await ann.Says(chat, "here"), await ann.Says(others, "there"));

        var refusal = await bo.Post(Read(chat), new { message_ids = new[] { there.Id(), here.Id(), long.MaxValue } }).Fails(400, code: "message_not_found");

        refusal.Text("detail").Should().Contain($"{there.Id()}").And.Contain($"{long.MaxValue}").And.NotContain($" {here.Id()}");
        (await Unread(bo, chat)).Should().Be(0);
        (await Unread(bo, others)).Should().Be(1);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"message_ids\":[]}")]
    [InlineData("{\"message_ids\":null}")]
    [InlineData("{\"message_id\":\"1\"}")]
    [InlineData("{\"message_ids\":[1,\"2\"]}")]
    [InlineData("{\"message_ids\":[0]}")]
    [InlineData("{\"message_ids\":{\"0\":1}}")]
    public async Task What_names_no_messages(string body)
    {
        var (ann, bo, chat) = await Two();
        await ann.Says(chat, "unread");
        await bo.Send(HttpMethod.Post, Read(chat), HostileInputs.Json(body)).Fails(400);
        (await Unread(bo, chat)).Should().Be(1);
    }

    [Fact]
    public async Task A_thousand_at_a_time_and_no_more()
    {
        var (ann, bo, chat) = await Two();
        await Server.Put(chat, ann.Id, 1_001);
        var first = (await bo.Get(Messages(chat, "?after=1&page_size=1")).Ok()).Items("results")[0].Id();
        await bo.Post(Read(chat), new { message_ids = Enumerable.Range(0, 1_001).Select(n => first + n) }).Fails(400);
        (await Unread(bo, chat)).Should().Be(1_001);
        await bo.Post(Read(chat), new { message_ids = Enumerable.Range(0, 1_000).Select(n => first + n) }).Ok();
        (await Unread(bo, chat)).Should().Be(1);
    }

    [Fact]
    public async Task Readers_are_listed_up_to_a_hundred_and_counted_beyond()
    {
        var (ann, bo, chat) = await Two("group");
        var sent = await ann.Says(chat, "To all");
        var readers = await Server.PutReaders(chat, sent.Id(), 99);
        ReadBy(await bo.Get(Message(sent.Id())).Ok()).Should().BeEquivalentTo(readers);
        await bo.Post(Read(chat), new { message_id = sent.Id() }).Ok();
        ReadBy(await bo.Get(Message(sent.Id())).Ok()).Should().BeEquivalentTo([bo.Id, .. readers]);

        await Server.PutReaders(chat, sent.Id(), 30);
        var seen = (await bo.Get(Messages(chat)).Ok()).Items("results")[0];
        seen.Items("read_by").Should().HaveCount(100);
        seen.Number("read_count").Should().Be(130);
    }

    [Fact]
    public async Task A_read_behind_a_block_is_stored_and_not_told()
    {
        var (ann, bo, chat) = await Two();
        var sent = await ann.Says(chat, "Hi");
        await bo.Post("/api/messaging/blocks/", new { blocked_id = ann.Id, organization_id = await Organization() }).Created();
        var (anns, bos) = (await ann.Listen(chat), await bo.Listen(chat));
        await bo.Post(Read(chat), new { message_id = sent.Id() }).Ok();
        await bos.Hears("read");
        await anns.HearsNothing();
        (await Unread(bo, chat)).Should().Be(0);
    }

    private static string Read(string chat) => $"/api/messaging/{chat}read/";

    private static List<long> Numbers(JsonElement body, string name) => body.Items(name).ConvertAll(number => number.GetInt64());

    private static List<long> ReadBy(JsonElement message)
    {
        message.Number("read_count").Should().Be(message.Items("read_by").Count);
        return Numbers(message, "read_by");
    }

    public sealed class OnSqlite(SqliteServer on) : ReadingTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ReadingTests(on), IClassFixture<PostgresServer>;
}
