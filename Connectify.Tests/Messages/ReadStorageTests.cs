using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Messages;

/// <summary>What is stored of reads: runs of messages, and how many rows they take.</summary>
public abstract class ReadStorageTests(ServerFixture on) : TwoInAChat(on)
{
    [Fact]
    public async Task Reading_in_order_keeps_one_row()
    {
        var (ann, bo, chat) = await Two();
        for (var i = 0; i < 10; i++)
        {
            await Reads(bo, chat, (await ann.Says(chat, $"{i}")).Id());

            // One's own in between break no run.
            await bo.Says(chat, $"answer {i}");
            (await Runs(bo, chat)).Should().Be(1);
        }

        (await Unread(bo, chat)).Should().Be(0);
        (await ann.Get(Messages(chat)).Ok()).Items("results").Where(message => message.Number("sender_id") == ann.Id)
            .Should().OnlyContain(message => message.Number("read_count") == 1);
    }

    [Fact]
    public async Task Exceptions_join_as_their_gaps_are_read()
    {
        var (ann, bo, chat) = await Two();
        var ids = new List<long>();
        for (var i = 0; i < 6; i++) ids.Add((await ann.Says(chat, $"{i}")).Id());
        (int Read, int Runs)[] steps = [(5, 1), (1, 2), (3, 3), (4, 2), (0, 2), (2, 1)];
        foreach (var (read, runs) in steps)
        {
            await Reads(bo, chat, ids[read]);
            (await Runs(bo, chat)).Should().Be(runs, "{0} has been read", read);
        }

        (await Unread(bo, chat)).Should().Be(0);
    }

    [Fact]
    public async Task A_deleted_message_is_no_gap()
    {
        var (ann, bo, chat) = await Two();
        var (one, two, three) = (await ann.Says(chat, "1"), await ann.Says(chat, "2"), await ann.Says(chat, "3"));
        await Reads(bo, chat, one.Id());
        await ann.Delete(Message(two.Id())).NoContent();
        await Reads(bo, chat, three.Id());
        (await Runs(bo, chat)).Should().Be(1);
    }

    [Fact]
    public async Task Several_devices_reading_at_once_lose_nothing()
    {
        var (ann, bo, chat) = await Two();
        var ids = new List<long>();
        for (var i = 0; i < 12; i++) ids.Add((await ann.Says(chat, $"{i}")).Id());
        var anns = await ann.Listen(chat);

        await Task.WhenAll(ids.Concat(ids).Select(id => Reads(bo, chat, id)));

        (await Unread(bo, chat)).Should().Be(0);
        (await Runs(bo, chat)).Should().Be(1);
        await anns.Hears(await bo.Says(chat, "the end"));
        var told = (await anns.HearsUntilNow()).Select(frame => frame.Body.Number("message_id"));
        told.Should().BeEquivalentTo(ids, "each is told once");
    }

    [Fact]
    public async Task Unread_is_exact_with_runs_far_and_wide()
    {
        var (ann, bo, chat) = await Two("group");
        await Server.Put(chat, ann.Id, 200);
        var newest = (await bo.Get(Messages(chat, "?page_size=100")).Ok()).Items("results").ConvertAll(message => message.Id());
        long[] some = [newest[0], newest[2], newest[3], newest[50], newest[99]];
        await bo.Post($"/api/messaging/{chat}read/", new { message_ids = some }).Ok();
        (await Unread(bo, chat)).Should().Be(195);
        (await Runs(bo, chat)).Should().Be(4);
        (await ann.Get(Messages(chat, "?page_size=100")).Ok()).Items("results").Where(message => message.Number("read_count") == 1)
            .Select(message => message.Id()).Should().Equal(some);
    }

    private static Task Reads(User user, string chat, long id) => user.Post($"/api/messaging/{chat}read/", new { message_id = id }).Ok();

    private Task<long> Runs(User user, string chat) => Server.Database.FirstOrDefault<long>(
        "SELECT count(*) FROM message_reads WHERE chat_id = @chat AND user_id = @Id", new { chat = ChatSteps.ChatId(chat), user.Id }, default);

    public sealed class OnSqlite(SqliteServer on) : ReadStorageTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ReadStorageTests(on), IClassFixture<PostgresServer>;
}
