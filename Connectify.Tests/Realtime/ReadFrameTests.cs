using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

public abstract class ReadFrameTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task Everybody_hears_what_was_newly_read_and_only_that()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var first = await ann.Says(path, "one");
        var second = await ann.Says(path, "two");
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);

        await bos.Send(new { type = Frames.Read, message_id = second.Id() });
        foreach (var listener in new[] { anns, bos })
        {
            var read = await listener.HearsNext(Frames.Read);
            read.EnumerateObject().Select(field => field.Name).Should().Equal("type", "conversation_id", "user_id", "message_id");
            read.Number("user_id").Should().Be(bo.Id);
            read.Number("message_id").Should().Be(second.Id());
        }

        await bos.Send(new { type = Frames.Read, message_id = second.Id() });
        await bos.Send(new { type = Frames.ReadMessages, message_ids = new[] { second.Id(), first.Id(), first.Id() } });
        foreach (var listener in new[] { anns, bos })
        {
            var read = await listener.HearsNext(Frames.ReadMessages);
            read.Items("message_ids").Select(id => id.GetInt64()).Should().Equal([first.Id()], "the second was read before");
        }
    }

    [Fact]
    public async Task Reading_one_does_not_read_the_one_before()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        await ann.Says(path, "124");
        var second = await ann.Says(path, "125");
        var bos = await bo.Listen(path);

        await bos.Send(new { type = Frames.Read, message_id = second.Id() });
        await bos.HearsNext(Frames.Read);

        (await bo.Get($"/api/messaging/{path}").Ok()).Number("unread_count").Should().Be(1);
    }

    [Fact]
    public async Task Ones_own_message_needs_no_reading()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var mine = await ann.Says(path, "mine");
        var theirs = await bo.Says(path, "theirs");
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);

        await anns.Send(new { type = Frames.ReadMessages, message_ids = new[] { mine.Id(), theirs.Id() } });

        (await bos.HearsNext(Frames.ReadMessages)).Items("message_ids").Select(id => id.GetInt64()).Should().Equal(theirs.Id());
    }

    [Fact]
    public async Task Ids_that_are_none_of_the_chat_are_told_and_the_others_applied()
    {
        User ann = await User("ann"), bo = await User("bo"), cy = await User("cy");
        var path = await ann.StartsConversation(bo);
        var elsewhere = await ann.Says(await ann.StartsConversation(cy), "elsewhere");
        var here = await ann.Says(path, "here");
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);

        await bos.Send(new { type = Frames.ReadMessages, message_ids = new[] { elsewhere.Id(), here.Id(), long.MaxValue } });

        (await bos.Hears(Frames.Error)).Text("code").Should().Be("message_not_found");
        (await anns.HearsNext(Frames.ReadMessages)).Items("message_ids").Select(id => id.GetInt64()).Should().Equal(here.Id());
        (await bo.Get($"/api/messaging/{path}").Ok()).Number("unread_count").Should().Be(0);
    }

    [Fact]
    public async Task Two_devices_that_read_the_same_at_once_tell_it_once()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsGroup(bo);
        var phone = Keep(await bo.OnAnotherDevice());
        var ids = new List<long>();
        for (var i = 0; i < 10; i++) ids.Add((await ann.Says(path, $"{i}")).Id());
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path), phones = await phone.Listen(path);

        await Task.WhenAll(ids.SelectMany(id => new[] { bos, phones }.Select(socket => socket.Send(new { type = Frames.Read, message_id = id }))));
        foreach (var id in ids) await anns.Hears(Frames.Read, read => read.Number("message_id") == id);

        // A frame of each reader's own, answered after all that he sent before.
        foreach (var socket in new[] { bos, phones })
        {
            await socket.Send(new { type = "nothing" });
            await socket.Hears(Frames.Error);
        }

        await anns.HearsNothing();
    }

    public sealed class OnSqlite(SqliteServer on) : ReadFrameTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ReadFrameTests(on), IClassFixture<PostgresServer>;
}
