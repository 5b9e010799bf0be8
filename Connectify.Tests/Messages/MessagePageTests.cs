using System.Text.Json;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Messages;

public abstract class MessagePageTests(ServerFixture on) : TwoInAChat(on)
{
    [Theory]
    [InlineData("conversation")]
    [InlineData("group")]
    public async Task Pages_lead_to_the_end_and_back(string kind)
    {
        var (ann, bo, chat) = await Two(kind);
        var ids = await Says(ann, chat, 45);

        var first = await bo.Get(Messages(chat)).Ok();
        first.EnumerateObject().Select(property => property.Name).Should().Equal("count", "next", "previous", "results");
        first.Number("count").Should().Be(45);
        Ids(first).Should().Equal(ids.Take(20));
        first.IsNull("previous").Should().BeTrue();
        first.Text("next").Should().StartWith($"{Server.Url.GetLeftPart(UriPartial.Authority)}/api/messaging/{chat}messages/?");

        var forth = await Follow(bo, first, "next");
        forth.SelectMany(Ids).Should().Equal(ids);
        var back = await Follow(bo, forth[^1], "previous");
        back.Select(Ids).Reverse().Should().BeEquivalentTo(forth.Select(Ids), options => options.WithStrictOrdering());
    }

    [Theory]
    [InlineData("?page_size=10", 10)]
    [InlineData("?page_size=100", 100)]
    [InlineData("?page_size=101", 100)]
    [InlineData("?page_size=99999999999999999999", 100)]
    [InlineData("?page_size=0", 20)]
    [InlineData("?page_size=-5", 20)]
    [InlineData("?page_size=many", 20)]
    [InlineData("?page_size=", 20)]
    [InlineData("?page=2&page_size=100", 5)]
    public async Task A_page_has_at_most_a_hundred(string query, int length)
    {
        var (ann, _, chat) = await Two();
        await Server.Put(chat, ann.Id, 105);
        (await ann.Get(Messages(chat, query)).Ok()).Items("results").Should().HaveCount(length);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2")]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("1.5")]
    [InlineData("2147483647")]
    [InlineData("9223372036854775808")]
    [InlineData("%00")]
    public async Task A_page_that_is_not_there(string page)
    {
        var (ann, _, chat) = await Two();
        await ann.Says(chat, "the only one");
        await ann.Get(Messages(chat, $"?page={page}")).Fails(404, "Invalid page.", "invalid_page");
    }

    [Fact]
    public async Task An_empty_chat_has_one_empty_page()
    {
        var (ann, _, chat) = await Two();
        foreach (var query in new[] { "", "?page=1", "?before=5", "?after=5" })
        {
            var page = await ann.Get(Messages(chat, query)).Ok();
            page.Number("count").Should().Be(0);
            page.Items("results").Should().BeEmpty();
            page.IsNull("next").Should().BeTrue();
            page.IsNull("previous").Should().BeTrue();
        }
    }

    [Fact]
    public async Task Cursors_lead_to_both_ends()
    {
        var (ann, bo, chat) = await Two();
        var ids = await Says(ann, chat, 45);
        var middle = ids[20];

        var older = await bo.Get(Messages(chat, $"?before={middle}&page_size=7")).Ok();
        Ids(older).Should().Equal(ids.Skip(21).Take(7));
        older.Number("count").Should().Be(45);
        (await Follow(bo, older, "next")).SelectMany(Ids).Should().Equal(ids.Skip(21));

        var newer = await bo.Get(Messages(chat, $"?after={middle}&page_size=7")).Ok();
        Ids(newer).Should().Equal(ids.Skip(13).Take(7), "those nearest, newest first");
        var up = await Follow(bo, newer, "previous");
        up.AsEnumerable().Reverse().SelectMany(Ids).Should().Equal(ids.Take(20));

        var down = await Follow(bo, up[^1], "next");
        down.SelectMany(Ids).Should().Equal(ids);
    }

    [Fact]
    public async Task A_cursor_stays_where_it_is_while_people_write_and_delete()
    {
        var (ann, bo, chat) = await Two();
        var ids = await Says(ann, chat, 6);
        var next = (await bo.Get(Messages(chat, $"?before={ids[0] + 1}&page_size=2")).Ok()).Text("next");

        await ann.Says(chat, "a newcomer");
        await ann.Delete(Message(ids[1])).NoContent();
        await ann.Delete(Message(ids[2])).NoContent();

        var page = await bo.Get(next).Ok();
        Ids(page).Should().Equal(ids[3], ids[4]);
        page.Number("count").Should().Be(5);
    }

    [Theory]
    [InlineData("before=0")]
    [InlineData("before=-1")]
    [InlineData("before=abc")]
    [InlineData("before=")]
    [InlineData("after=9223372036854775808")]
    [InlineData("after=%00")]
    [InlineData("before=5&after=3")]
    [InlineData("before=5&before=6")]
    public async Task A_bad_cursor(string cursor)
    {
        var (ann, _, chat) = await Two();
        await ann.Get(Messages(chat, $"?{cursor}")).Fails(400, "Invalid cursor", "invalid_cursor");
    }

    [Theory]
    [InlineData("?before=9223372036854775807", 2)]
    [InlineData("?after=9223372036854775807", 0)]
    [InlineData("?before=1", 0)]
    [InlineData("?before=9223372036854775807&page=7", 2)]
    public async Task A_cursor_at_the_end_of_numbers(string query, int length)
    {
        var (ann, _, chat) = await Two();
        await Says(ann, chat, 2);
        (await ann.Get(Messages(chat, query)).Ok()).Items("results").Should().HaveCount(length);
    }

    /// <returns>Their ids, newest first.</returns>
    private static async Task<List<long>> Says(User user, string chat, int count)
    {
        var ids = new List<long>();
        for (var i = 0; i < count; i++) ids.Insert(0, (await user.Says(chat, $"{i}")).Id());
        return ids;
    }

    private static List<long> Ids(JsonElement page) => page.Items("results").ConvertAll(message => message.Id());

    /// <returns>The page and all after it that way.</returns>
    private static async Task<List<JsonElement>> Follow(User user, JsonElement page, string way)
    {
        List<JsonElement> pages = [page];
        while (!pages[^1].IsNull(way) && pages.Count < 100) pages.Add(await user.Get(pages[^1].Text(way)).Ok());
        return pages;
    }

    public sealed class OnSqlite(SqliteServer on) : MessagePageTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : MessagePageTests(on), IClassFixture<PostgresServer>;
}
