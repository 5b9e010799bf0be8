using System.Text.Json;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Messages;

public abstract class CrowdTests(ServerFixture on) : TwoInAChat(on)
{
    private const int Senders = 20;
    private const int Each = 10;

    [Fact]
    public async Task Twenty_write_at_once_and_there_is_one_order()
    {
        var people = new List<User>();
        for (var i = 0; i < Senders; i++) people.Add(await User("sender"));
        var chat = await people[0].StartsGroup([.. people.Skip(1)]);
        var (first, last) = (await people[0].Listen(chat), await people[^1].Listen(chat));

        var sent = (await Task.WhenAll(people.Select(person => Writes(person, chat)))).SelectMany(own => own).ToList();

        sent.Select(message => message.Text("content")).Should().OnlyHaveUniqueItems();
        sent = [.. sent.OrderBy(message => message.Id())];
        sent.Select(message => message.Number("seq")).Should().Equal(Enumerable.Range(1, Senders * Each).Select(n => (long)n), "without a hole");

        var ids = sent.ConvertAll(message => message.Id());
        (await Everything(people[3], chat)).Should().Equal(ids);
        foreach (var listener in new[] { first, last })
        {
            var heard = new List<JsonElement>();
            while (heard.Count < ids.Count) heard.Add(await listener.HearsNext("message"));
            heard.Select(frame => frame.Part("message").Id()).Should().Equal(ids);
            heard.Select(frame => frame.Number("seq")).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        }

        (await people[0].Get($"/api/messaging/{chat}").Ok()).Number("seq").Should().Be(Senders * Each);
        (await Unread(people[0], chat)).Should().Be((Senders - 1) * Each);
    }

    [Fact]
    public async Task Changes_of_all_kinds_at_once_leave_no_hole_either()
    {
        var (ann, bo, chat) = await Two("group");
        var ids = (await Task.WhenAll(Enumerable.Range(0, 8).Select(n => ann.Says(chat, $"{n}")))).Select(message => message.Id()).ToList();
        var bos = await bo.Listen(chat);

        await Task.WhenAll(ids.SelectMany(id => new[]
        {
            ann.Put(Message(id, "edit/"), new { content = "changed" }), bo.Post(Message(id, "react/"), new { emoji = "👍" }),
            bo.Post(Message(id, "react/"), new { emoji = "🎉" }), ann.Post(Send(chat), new { content = $"after {id}" }),
        }));
        await Task.WhenAll(ids.Take(4).Select(id => ann.Delete(Message(id)).NoContent()).Concat(ids.Skip(4).Select(id => bo.Delete(Message(id, "unreact/")).NoContent())));

        // 8 edits, 16 reactions, 8 messages, 4 deletions, 8 reactions taken back.
        await bos.Hears(await ann.Says(chat, "the end"));
        var seqs = (await bos.HearsUntilNow()).ConvertAll(frame => frame.Body.Number("seq"));
        seqs.Should().Equal(Enumerable.Range(9, 44).Select(n => (long)n));
        (await bo.Get(Messages(chat)).Ok()).Number("count").Should().Be(13);
    }

    private static async Task<List<JsonElement>> Writes(User person, string chat)
    {
        var sent = new List<JsonElement>();
        for (var i = 0; i < Each; i++) sent.Add(await person.Says(chat, $"{person.Username} {i}"));
        sent.Select(message => message.Id()).Should().BeInAscendingOrder();
        return sent;
    }

    /// <returns>Oldest first.</returns>
    private static async Task<List<long>> Everything(User person, string chat)
    {
        var ids = new List<long>();
        for (var page = await person.Get(Messages(chat, "?page_size=100")).Ok(); ; page = await person.Get(page.Text("next")).Ok())
        {
            ids.AddRange(page.Items("results").Select(message => message.Id()));
            if (page.IsNull("next")) break;
        }

        ids.Reverse();
        return ids;
    }

    public sealed class OnSqlite(SqliteServer on) : CrowdTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : CrowdTests(on), IClassFixture<PostgresServer>;
}
