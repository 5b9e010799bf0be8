using Connectify.Server.Messages.Reads;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Messages;

/// <summary>Unread counts where old messages have been counted in blocks, which nobody who asks may notice.</summary>
public abstract class TallyTests(ServerFixture on) : TwoInAChat(on)
{
    [Fact]
    public async Task Every_count_is_that_of_someone_who_counts_one_by_one()
    {
        var random = new Random(7);
        var chat = await ThreeInAGroup();
        for (var round = 0; round < 10; round++)
        {
            foreach (var person in chat.People) await chat.Put(Server, person, random.Next(1, 90));
            for (var i = 0; i < 8; i++)
            {
                await chat.Delete(chat.Live[random.Next(chat.Live.Count)]);
                var reader = chat.People[random.Next(3)];
                var from = random.Next(chat.Live.Count);
                await chat.Read(reader, [.. chat.Live.Skip(from).Take(random.Next(1, 60)).Select(message => message.Id)]);
            }

            await chat.CountsAreRight();
            await Server.UntilTallied(chat.Path);
            await chat.CountsAreRight();
        }

        await BlocksHoldWhatTheySay(chat);
    }

    [Fact]
    public async Task Deleting_while_blocks_are_made_loses_no_message_and_leaves_none()
    {
        var chat = await ThreeInAGroup();
        var ann = chat.People[0];
        await chat.Put(Server, ann, 40 * MessageCountBlocks.BlockSize);
        var gone = chat.Live.Where((_, i) => i % 64 == 0).ToList();

        await Task.WhenAll(chat.CountsOfAll(), Task.WhenAll(gone.Select(chat.Delete)));

        await chat.CountsAreRight();
        await Server.UntilTallied(chat.Path);
        await chat.CountsAreRight();
        await BlocksHoldWhatTheySay(chat);
    }

    [Fact]
    public async Task A_block_is_not_looked_into_again()
    {
        var chat = await ThreeInAGroup();
        await chat.Put(Server, chat.People[0], 3 * MessageCountBlocks.BlockSize);
        await chat.CountsAreRight();
        await Server.UntilTallied(chat.Path);

        // Nothing else would say whether the blocks are used.
        await Server.Database.Execute("UPDATE message_tallies SET live = live + 1000 WHERE chat_id = @Id AND sender_id = 0", new { chat.Id }, default);

        (await Unread(chat.People[1], chat.Path)).Should().Be(3 * (MessageCountBlocks.BlockSize + 1000));
    }

    private async Task<CountedChat> ThreeInAGroup()
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        return new CountedChat([ann, bo, cy], await ann.StartsGroup(bo, cy));
    }

    private async Task BlocksHoldWhatTheySay(CountedChat chat)
    {
        var wrong = await Server.Database.Query<long>(
            """
            SELECT t.first_id FROM message_tallies t
            WHERE t.chat_id = @Id AND t.live <> (
                SELECT count(*) FROM messages m WHERE m.chat_id = t.chat_id AND m.id >= t.first_id AND m.id <= t.last_id
                    AND m.deleted_at IS NULL AND (t.sender_id = 0 OR m.sender_id = t.sender_id))
            UNION ALL
            SELECT c.id FROM chats c
            WHERE c.id = @Id AND c.tallied_count <> (SELECT sum(live) FROM message_tallies t WHERE t.chat_id = c.id AND t.sender_id = 0)
            """,
            new { chat.Id },
            default);
        wrong.Should().BeEmpty();
    }

    public sealed class OnSqlite(SqliteServer on) : TallyTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : TallyTests(on), IClassFixture<PostgresServer>;

    /// <summary>A chat beside a model of it that counts one by one.</summary>
    private sealed class CountedChat(User[] people, string path)
    {
        private readonly Dictionary<long, HashSet<long>> _read = people.ToDictionary(person => person.Id, _ => new HashSet<long>());

        public User[] People => people;

        public string Path => path;

        public long Id => ChatSteps.ChatId(path);

        public List<(long Id, User Sender)> Live { get; } = [];

        public async Task Put(TestServer server, User sender, int count)
        {
            var newest = Live.Count == 0 ? 0 : Live[^1].Id;
            await server.Put(path, sender.Id, count);
            var ids = await server.Database.Query<long>(
                "SELECT id FROM messages WHERE chat_id = @Id AND id > @newest AND deleted_at IS NULL ORDER BY id", new { Id, newest }, default);
            Live.AddRange(ids.Select(id => (id, sender)));
        }

        public async Task Delete((long Id, User Sender) message)
        {
            await message.Sender.Delete(Message(message.Id)).NoContent();
            lock (Live) Live.Remove(message);
        }

        public async Task Read(User reader, long[] ids)
        {
            await reader.Post($"/api/messaging/{path}read/", new { message_ids = ids }).Ok();
            _read[reader.Id].UnionWith(ids);
        }

        public Task<long[]> CountsOfAll() => Task.WhenAll(people.Select(person => Unread(person, path)));

        public async Task CountsAreRight()
            => (await CountsOfAll()).Should().Equal(people.Select(person
                => (long)Live.Count(message => message.Sender != person && !_read[person.Id].Contains(message.Id))));
    }
}
