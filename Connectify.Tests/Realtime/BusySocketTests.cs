using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>A socket that sends without waiting for its echoes: what it sends is stored together, and stays in its order.</summary>
public abstract class BusySocketTests(ServerFixture on) : ServerTests(on)
{
    private const int Sends = 150;

    [Fact]
    public async Task What_one_socket_sends_without_waiting_comes_in_its_order()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);
        for (var i = 0; i < Sends; i++) await anns.Send(new { type = Frames.Message, content = $"{i}" });
        for (var i = 0; i < Sends; i++)
        {
            var heard = await bos.HearsNext(Frames.Message);
            heard.Part("message").Text("content").Should().Be($"{i}");
            heard.Number("seq").Should().Be(i + 1);
        }
    }

    [Fact]
    public async Task Refusals_and_repeats_in_between_harm_no_neighbour()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);
        for (var i = 0; i < Sends; i++)
        {
            await anns.Send(new { type = Frames.Message, content = $"{i}", client_message_id = $"id-{i}" });
            if (i % 10 == 3) await anns.Send(new { type = Frames.Message, content = "again", client_message_id = $"id-{i}" });
            if (i % 10 == 5) await anns.Send(new { type = Frames.Message, content = "to nothing", reply_to = 999_999_999, client_message_id = $"no-{i}" });
        }

        for (var i = 0; i < Sends; i++) (await bos.HearsNext(Frames.Message)).Part("message").Text("content").Should().Be($"{i}");
        for (var i = 5; i < Sends; i += 10) await anns.Hears(Frames.Error, error => error.Text("client_message_id") == $"no-{i}");
        await bos.HearsNothing();
    }

    [Fact]
    public async Task Many_who_send_to_many_chats_at_once_are_each_heard_once_and_in_order()
    {
        var ann = await User("ann");
        var others = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => User($"u{i}")));
        var chats = await Task.WhenAll(others.Select(other => ann.StartsConversation(other)));
        var group = await ann.StartsGroup(others);
        var listening = await ann.Listen(group);
        await Task.WhenAll(others.Zip(chats).SelectMany(pair => new[] { Talk(pair.First, pair.Second), Talk(pair.First, group) }));

        var heard = new List<(string Sender, int Number)>();
        for (var i = 0; i < others.Length * 20; i++)
        {
            var frame = await listening.HearsNext(Frames.Message);
            frame.Number("seq").Should().Be(i + 1);
            heard.Add((frame.Part("message").Text("sender_username"), int.Parse(frame.Part("message").Text("content"), null)));
        }

        foreach (var each in heard.GroupBy(message => message.Sender)) each.Select(message => message.Number).Should().Equal(Enumerable.Range(0, 20));
    }

    private static async Task Talk(User user, string path)
    {
        for (var i = 0; i < 20; i++) await user.Says(path, $"{i}");
    }

    public sealed class OnSqlite(SqliteServer on) : BusySocketTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : BusySocketTests(on), IClassFixture<PostgresServer>;
}
