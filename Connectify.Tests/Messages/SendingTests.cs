using System.Text.Json;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Messages;

public abstract class SendingTests(ServerFixture on) : TwoInAChat(on)
{
    private static readonly string[] Properties =
    [
        "id", "conversation_id", "group_chat_id", "sender_id", "sender_username", "sender", "content", "reply_to", "created_at",
        "updated_at", "is_edited", "client_message_id", "seq", "attachments", "reactions", "read_by", "read_count",
    ];

    [Theory]
    [InlineData("conversation")]
    [InlineData("group")]
    public async Task A_message_is_whole_in_every_place_it_is_seen(string kind)
    {
        var (ann, bo, chat) = await Two(kind);
        var bos = await bo.Listen(chat);

        var sent = await ann.Post(Send(chat), new { content = "Hello, how are you?", reply_to = (long?)null }).Created();

        sent.EnumerateObject().Select(property => property.Name).Should().Equal(Properties);
        sent.Part("sender").EnumerateObject().Select(property => property.Name).Should().Equal(
            "id", "username", "first_name", "last_name", "profile_image", "is_online");
        sent.Part(kind == "group" ? "group_chat_id" : "conversation_id").GetInt64().Should().Be(ChatSteps.ChatId(chat));
        sent.IsNull(kind == "group" ? "conversation_id" : "group_chat_id").Should().BeTrue();
        sent.Number("sender_id").Should().Be(ann.Id);
        sent.Text("sender_username").Should().Be(ann.Username);
        sent.Text("created_at").Should().MatchRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$").And.Be(sent.Text("updated_at"));
        sent.Flag("is_edited").Should().BeFalse();
        sent.IsNull("reply_to").Should().BeTrue();
        sent.IsNull("client_message_id").Should().BeTrue();
        foreach (var list in new[] { "attachments", "reactions", "read_by" }) sent.Items(list).Should().BeEmpty();

        var heard = (await bos.Hears(sent)).Part("message");
        var listed = (await bo.Get(Messages(chat)).Ok()).Items("results").Single();
        var alone = await bo.Get(Message(sent.Id())).Ok();
        foreach (var seen in new[] { heard, listed, alone }) Same(seen, sent);
    }

    [Fact]
    public async Task Content_is_kept_exactly()
    {
        var (ann, bo, chat) = await Two();
        foreach (var content in Contents())
        {
            var sent = await ann.Says(chat, content);
            sent.Text("content").Should().Be(content);
            (await bo.Get(Message(sent.Id())).Ok()).Text("content").Should().Be(content);
        }
    }

    [Fact]
    public async Task Ten_thousand_units_of_utf16_are_the_limit()
    {
        var (ann, _, chat) = await Two();
        var longest = string.Concat(Enumerable.Repeat("👍", 5_000));
        (await ann.Says(chat, longest)).Text("content").Should().Be(longest);
        (await ann.Says(chat, new string('ü', 10_000))).Text("content").Should().HaveLength(10_000);

        var over = await ann.Post(Send(chat), new { content = longest + "x" }).Fails(400, "Content must be at most 10000 characters", "content_too_long");
        over.Part("errors").Has("content").Should().BeTrue();
        (await ann.Get(Messages(chat)).Ok()).Number("count").Should().Be(2);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"content\":null}")]
    [InlineData("{\"content\":\"\"}")]
    [InlineData("{\"content\":\" \\t\\r\\n\\u00a0\\u2003\\u3000\"}")]
    [InlineData("{\"attachments\":[]}")]
    [InlineData("{\"attachments\":null,\"attachment_types\":[]}")]
    public async Task A_message_needs_content(string body)
    {
        var (ann, _, chat) = await Two();
        await ann.Send(HttpMethod.Post, Send(chat), HostileInputs.Json(body)).Fails(400, "A message needs content or an attachment");
    }

    [Theory]
    [InlineData("{\"content\":\"a\\u0000b\"}")]
    [InlineData("{\"content\":\"\\ud83d\"}")]
    [InlineData("{\"content\":\"\\udc4d\\ud83d\"}")]
    [InlineData("{\"content\":5}")]
    [InlineData("{\"content\":[\"hi\"]}")]
    [InlineData("{\"content\":\"hi\",\"reply_to\":\"5\"}")]
    [InlineData("{\"content\":\"hi\",\"reply_to\":0}")]
    [InlineData("{\"content\":\"hi\",\"client_message_id\":\"\"}")]
    [InlineData("{\"content\":\"hi\",\"client_message_id\":7}")]
    [InlineData("{\"content\":\"hi\",\"attachments\":[\"cat.png\"]}")]
    public async Task What_can_be_no_message_is_refused_and_nobody_hears_of_it(string body)
    {
        var (ann, bo, chat) = await Two();
        var bos = await bo.Listen(chat);
        await ann.Send(HttpMethod.Post, Send(chat), HostileInputs.Json(body)).Fails(400);
        await bos.HearsNothing();
        (await ann.Get(Messages(chat)).Ok()).Number("count").Should().Be(0);
    }

    [Fact]
    public async Task A_reply_names_a_message_of_the_same_chat()
    {
        var (ann, bo, chat) = await Two();
        var others = await ann.StartsGroup(bo);
        var (question, elsewhere) = (await ann.Says(chat, "Coffee?"), await ann.Says(others, "Tea?"));

        var answer = await bo.Post(Send(chat), new { content = "Yes", reply_to = question.Id() }).Created();
        answer.Number("reply_to").Should().Be(question.Id());

        const string NotHere = "The message replied to is not in this chat";
        await bo.Post(Send(chat), new { content = "Yes", reply_to = elsewhere.Id() }).Fails(400, NotHere, "reply_not_found");
        await bo.Post(Send(chat), new { content = "Yes", reply_to = long.MaxValue }).Fails(400, NotHere);
        await ann.Delete(Message(question.Id())).NoContent();
        await bo.Post(Send(chat), new { content = "Yes", reply_to = question.Id() }).Fails(400, NotHere);
    }

    private static string[] Contents() =>
    [
        " in \n spaces ", "\ttab\r\n", "<script>alert('&amp;')</script>", "\"quotes\" \\ and \\u0041 and {\"url\":\"x\"}", "'; DROP TABLE messages; --",
        "日本語 עברית ไทย", "👩‍👩‍👧 🇺🇦 é e\u0301", "\u0001\u001f\u007f\u2028\ufeff\ufffe\ufffd", "\u202eright to left", "@p $1 %s {0}",
        "\"url\":\"\u0001/evil\"", "null", "0", "\\", "\u200b",
    ];

    // In a frame it also is the chat's, and who is online may have changed in between.
    private static void Same(JsonElement seen, JsonElement sent)
    {
        foreach (var property in Properties.Except(["sender"]))
        {
            JsonElement.DeepEquals(seen.Part(property), sent.Part(property)).Should().BeTrue("{0} is {1} in {2}", property, sent.Part(property), seen);
        }

        seen.Part("sender").Id().Should().Be(sent.Part("sender").Id());
    }

    public sealed class OnSqlite(SqliteServer on) : SendingTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : SendingTests(on), IClassFixture<PostgresServer>;
}
