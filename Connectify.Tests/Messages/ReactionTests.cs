using System.Text.Json;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Messages;

public abstract class ReactionTests(ServerFixture on) : TwoInAChat(on)
{
    // The documents' sample: a thumb in UTF-8, read as Mac Roman by whoever wrote them. Clients have copied it.
    private const string Sample = "üëç";

    [Theory]
    [InlineData(Sample)]
    [InlineData("👍")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData("🏳️‍🌈")]
    [InlineData("+1")]
    [InlineData(":smile:")]
    public async Task The_first_is_new_and_the_same_again_is_the_same(string emoji)
    {
        var (ann, bo, chat) = await Two();
        var sent = await ann.Says(chat, "Hi");
        var anns = await ann.Listen(chat);

        var reaction = await bo.Post(Message(sent.Id(), "react/"), new { emoji }).Created();

        reaction.EnumerateObject().Select(property => property.Name).Should().Equal("id", "message_id", "user_id", "username", "emoji", "created_at");
        reaction.Number("message_id").Should().Be(sent.Id());
        reaction.Number("user_id").Should().Be(bo.Id);
        reaction.Text("emoji").Should().Be(emoji);
        (await anns.Hears("reaction_added")).Text("emoji").Should().Be(emoji);

        var again = await bo.Post(Message(sent.Id(), "react"), new { emoji }).Ok();
        JsonElement.DeepEquals(again, reaction).Should().BeTrue();
        await anns.HearsNothing();
        Reactions(await ann.Get(Message(sent.Id())).Ok()).Should().Equal($"{emoji} 1 {bo.Id}");
    }

    [Fact]
    public async Task One_user_has_twenty_at_most()
    {
        var (ann, bo, chat) = await Two();
        var react = Message((await ann.Says(chat, "Hi")).Id(), "react/");
        for (var i = 1; i <= 20; i++) await bo.Post(react, new { emoji = $":{i}:" }).Created();

        await bo.Post(react, new { emoji = ":21:" }).Fails(400, "One user reacts to a message with at most 20 emojis", "too_many_reactions");

        await bo.Post(react, new { emoji = ":20:" }).Ok();
        await ann.Post(react, new { emoji = ":21:" }).Created();
    }

    [Fact]
    public async Task Reactions_are_counted_by_emoji_in_the_order_they_came()
    {
        var (ann, bo, chat) = await Two("group");
        var sent = await ann.Says(chat, "Hi");
        var react = Message(sent.Id(), "react/");
        await bo.Post(react, new { emoji = "🎉" }).Created();
        await ann.Post(react, new { emoji = "👍" }).Created();
        await ann.Post(react, new { emoji = "🎉" }).Created();

        var seen = (await bo.Get(Messages(chat)).Ok()).Items("results")[0];
        Reactions(seen).Should().Equal($"🎉 2 {bo.Id},{ann.Id}", $"👍 1 {ann.Id}");
        seen.Number("seq").Should().Be(sent.Number("seq") + 3);
        seen.Flag("is_edited").Should().BeFalse();
    }

    [Fact]
    public async Task Taking_back_one_or_all_and_none_that_is_there()
    {
        var (ann, bo, chat) = await Two();
        var sent = await ann.Says(chat, "Hi");
        foreach (var emoji in new[] { Sample, "👍", "+1" }) await bo.Post(Message(sent.Id(), "react/"), new { emoji }).Created();
        await ann.Post(Message(sent.Id(), "react/"), new { emoji = "👍" }).Created();
        var anns = await ann.Listen(chat);
        var unreact = Message(sent.Id(), "unreact/");

        await bo.Delete($"{unreact}?emoji={Uri.EscapeDataString(Sample)}").NoContent();
        (await anns.Hears("reaction_removed")).Text("emoji").Should().Be(Sample);
        foreach (var nothing in new[] { Sample, "🦄", "\0", "\ufffd", new string('x', 2_000) })
        {
            await bo.Delete($"{unreact}?emoji={Uri.EscapeDataString(nothing)}").NoContent();
        }

        await anns.HearsNothing();
        await bo.Delete(Message(sent.Id(), "unreact")).NoContent();
        (await anns.HearsUntilNow()).Select(frame => frame.Body.Text("emoji")).Should().BeEquivalentTo("👍", "+1");
        await bo.Delete(unreact).NoContent();
        await anns.HearsNothing();
        Reactions(await bo.Get(Message(sent.Id())).Ok()).Should().Equal($"👍 1 {ann.Id}");
    }

    [Fact]
    public async Task Which_one_to_take_back_may_stand_in_a_body()
    {
        var (ann, bo, chat) = await Two();
        var sent = await ann.Says(chat, "Hi");
        var unreact = Message(sent.Id(), "unreact/");
        foreach (var emoji in new[] { "👍", "🎉", "+1" }) await bo.Post(Message(sent.Id(), "react/"), new { emoji }).Created();

        await Unreact("{\"emoji\":\"🎉\"}").NoContent();
        Reactions(await ann.Get(Message(sent.Id())).Ok()).Should().Equal($"👍 1 {bo.Id}", $"+1 1 {bo.Id}");
        await Unreact("{\"emoji\":\"🦄\"}").NoContent();
        await Unreact("{\"emoji\":\"👍\"}", "?emoji=%2B1").NoContent();
        await Unreact("[]").Fails(400, code: "malformed_json");
        await Unreact("{\"emoji\":1}").Fails(400, code: "invalid");
        await Unreact("{\"emoji\":\"\\u0000\"}").Fails(400, code: "invalid");
        Reactions(await ann.Get(Message(sent.Id())).Ok()).Should().Equal($"👍 1 {bo.Id}");

        // Clients name the type of a body that they don't send.
        await Unreact("").NoContent();
        Reactions(await ann.Get(Message(sent.Id())).Ok()).Should().BeEmpty();

        Task<Reply> Unreact(string body, string query = "") => bo.Send(HttpMethod.Delete, unreact + query, HostileInputs.Json(body));
    }

    [Theory]
    [InlineData("❤", "❤\ufe0f")]
    [InlineData("❤\ufe0f", "❤")]
    [InlineData("🏳️‍🌈", "🏳‍🌈")]
    public async Task Forms_that_look_the_same_are_one_reaction(string first, string other)
    {
        var (ann, bo, chat) = await Two();
        var sent = await ann.Says(chat, "Hi");
        var react = Message(sent.Id(), "react/");
        var anns = await ann.Listen(chat);

        var reaction = await ann.Post(react, new { emoji = first }).Created();
        JsonElement.DeepEquals(await ann.Post(react, new { emoji = other }).Ok(), reaction).Should().BeTrue();
        (await bo.Post(react, new { emoji = other }).Created()).Text("emoji").Should().Be(first);

        (await anns.HearsUntilNow()).Select(frame => frame.Body.Text("emoji")).Should().Equal(first, first);
        Reactions(await ann.Get(Message(sent.Id())).Ok()).Should().Equal($"{first} 2 {ann.Id},{bo.Id}");
        await ann.Delete($"{Message(sent.Id(), "unreact/")}?emoji={Uri.EscapeDataString(other)}").NoContent();
        (await anns.HearsNext("reaction_removed")).Text("emoji").Should().Be(first);
        Reactions(await ann.Get(Message(sent.Id())).Ok()).Should().Equal($"{first} 1 {bo.Id}");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"emoji\":null}")]
    [InlineData("{\"emoji\":\"\"}")]
    [InlineData("{\"emoji\":\" \"}")]
    [InlineData("{\"emoji\":\"a b\"}")]
    [InlineData("{\"emoji\":\"a\\tb\"}")]
    [InlineData("{\"emoji\":\"a\\u0085b\"}")]
    [InlineData("{\"emoji\":\"\\u0000\"}")]
    [InlineData("{\"emoji\":\"\\ud83d\"}")]
    [InlineData("{\"emoji\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}")]
    [InlineData("{\"emoji\":1}")]
    public async Task What_is_no_emoji(string body)
    {
        var (ann, _, chat) = await Two();
        var sent = await ann.Says(chat, "Hi");
        await ann.Send(HttpMethod.Post, Message(sent.Id(), "react/"), HostileInputs.Json(body)).Fails(400);
        (await ann.Get(Message(sent.Id())).Ok()).Items("reactions").Should().BeEmpty();
    }

    [Fact]
    public async Task Of_ten_at_once_one_is_new()
    {
        var (ann, bo, chat) = await Two();
        var sent = await ann.Says(chat, "Hi");
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => bo.Post(Message(sent.Id(), "react/"), new { emoji = "👍" })));
        replies.Select(reply => reply.Status).Order().Should().Equal(200, 200, 200, 200, 200, 200, 200, 200, 200, 201);
        replies.Select(reply => reply.Body.Id()).Distinct().Should().ContainSingle();
    }

    private static IEnumerable<string> Reactions(JsonElement message) => message.Items("reactions").Select(
        one => $"{one.Text("emoji")} {one.Number("count")} {string.Join(',', one.Items("user_ids"))}");

    public sealed class OnSqlite(SqliteServer on) : ReactionTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ReactionTests(on), IClassFixture<PostgresServer>;
}
