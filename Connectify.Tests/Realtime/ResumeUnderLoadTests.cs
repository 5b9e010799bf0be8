using System.Text.Json;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Coming back while others write: no gap, no repeat, no disorder, however often and on whichever node.</summary>
public abstract class ResumeUnderLoadTests(ServerFixture on) : ServerTests(on)
{
    private const int Senders = 6;
    private const int Each = 15;

    [Fact]
    public async Task Messages_come_each_once_and_in_order()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var sending = Fire(ann, path);

        var listening = ListenWithBreaks(bo, path, until: Senders * Each);

        await sending;
        var heard = await listening;
        heard.Select(frame => frame.Number("seq")).Should().Equal(Enumerable.Range(1, Senders * Each).Select(seq => (long)seq));
        heard.Select(frame => frame.Part("message").Id()).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task What_a_node_is_not_told_it_finds_and_puts_in_its_place()
    {
        // No backplane here: what happens at the one node comes to the other's ears by what it lacks.
        await using var node = await Server.StartTwin();
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsGroup(bo);
        using var boThere = bo.At(node);
        PlainSocket anns = await ann.Listen(path), bos = await boThere.Listen(path);

        var sending = Fire(ann, path);
        for (var i = 0; i < 5; i++) await boThere.Says(path, $"from there {i}");
        await sending;
        await boThere.Says(path, "last there");
        await ann.Says(path, "last here");

        const int ThereHears = (Senders * Each) + 6;
        var there = await Heard(bos, ThereHears);
        var here = await Heard(anns, ThereHears + 1);
        there.Select(frame => frame.Number("seq")).Should().Equal(Enumerable.Range(1, ThereHears).Select(seq => (long)seq));
        here.Select(frame => frame.Part("message").Id()).Take(ThereHears).Should().Equal(there.Select(frame => frame.Part("message").Id()));
        await boThere.HangUp();
        node.Log.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task With_edits_and_deletions_the_end_is_the_same_as_over_rest()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(async sender =>
        {
            for (var i = 0; i < 8; i++)
            {
                var id = (await ann.Says(path, $"{sender} {i}")).Id();
                if (i % 2 == 0) await ann.Put($"/api/messaging/messages/{id}/edit/", new { content = $"{sender} {i} edited" }).Ok();
                if (i % 4 == 1) await ann.Delete($"/api/messaging/messages/{id}/").NoContent();
            }
        }));

        // 32 sent, 16 edited, 8 deleted
        var listening = ListenWithBreaks(bo, path, until: 56);

        await sending;
        var heard = await listening;
        heard.Select(frame => frame.Number("seq")).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        var known = new SortedDictionary<long, string>();
        foreach (var frame in heard)
        {
            if (frame.Has("message_id")) known.Remove(frame.Number("message_id"));
            else known[frame.Part("message").Id()] = frame.Part("message").Text("content");
        }

        var stored = (await bo.Get($"/api/messaging/{path}messages/?page_size=100").Ok()).Items("results");
        known.Select(message => (message.Key, message.Value)).Should().Equal(stored.OrderBy(message => message.Id()).Select(message => (message.Id(), message.Text("content"))));
    }

    private static Task Fire(User ann, string path) => Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
    {
        for (var i = 0; i < Each; i++) await ann.Says(path, $"{sender} {i}");
    }));

    /// <summary>Listens, hangs up after a few frames, comes back with what it knows, and so on.</summary>
    private static async Task<List<JsonElement>> ListenWithBreaks(User user, string path, long until)
    {
        var heard = new List<JsonElement>();
        long seq = 0;
        while (seq < until)
        {
            await using var socket = await PlainSocket.Open(user.SocketUrl(path, $"since={seq}"));
            socket.Hello.Flag("resumed").Should().BeTrue();
            for (var i = 0; i < 5 && seq < until; i++)
            {
                var frame = (await socket.HearsNext()).Body;
                heard.Add(frame);
                seq = frame.Number("seq");
            }
        }

        return heard;
    }

    private static async Task<List<JsonElement>> Heard(PlainSocket socket, int count)
    {
        var heard = new List<JsonElement>();
        while (heard.Count < count) heard.Add(await socket.HearsNext(Frames.Message));
        return heard;
    }

    public sealed class OnSqlite(SqliteServer on) : ResumeUnderLoadTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ResumeUnderLoadTests(on), IClassFixture<PostgresServer>;
}
