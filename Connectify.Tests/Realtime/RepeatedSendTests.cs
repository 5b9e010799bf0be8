using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>A <c>client_message_id</c> makes a send happen once, however often and in whichever way it is tried.</summary>
public abstract class RepeatedSendTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task A_repeat_is_answered_to_its_sender_alone()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), annsOther = await ann.Listen(path, "format=flat"), bos = await bo.Listen(path);
        var conversation_id = ChatSteps.ChatId(path);
        var hub = await ann.JoinHub();

        await anns.Send(new { type = Frames.Message, content = "once", client_message_id = "a1" });
        var first = (await anns.HearsNext(Frames.Message)).Part("message");
        first.Text("client_message_id").Should().Be("a1");
        await bos.HearsNext(Frames.Message);
        await annsOther.HearsNext(Frames.ChatMessage);

        await anns.Send(new { type = Frames.Message, content = "changed", client_message_id = "a1" });
        var answer = await anns.HearsNext(Frames.Message);
        answer.Part("message").GetRawText().Should().Be(first.GetRawText());
        answer.Has("seq").Should().BeFalse("it is an answer, not a change of the stream");
        await annsOther.Send(new { type = Frames.Message, content = "once", client_message_id = "a1" });
        var flat = await annsOther.HearsNext(Frames.ChatMessage);
        flat.Number("message_id").Should().Be(first.Id());
        flat.Has("seq").Should().BeFalse();
        (await ann.Post($"/api/messaging/{path}send_message/", new { content = "once", client_message_id = "a1" }).Ok()).Id().Should().Be(first.Id());
        (await hub.Invoke("SendMessage", new { conversation_id, content = "once", client_message_id = "a1" })).Id().Should().Be(first.Id());
        await bos.HearsNothing();
        await anns.HearsNothing();
    }

    [Fact]
    public async Task It_is_the_senders_own_and_the_chats()
    {
        User ann = await User("ann"), bo = await User("bo"), cy = await User("cy");
        string path = await ann.StartsConversation(bo), other = await ann.StartsConversation(cy);
        var ids = new HashSet<long>();
        foreach (var (who, where) in new[] { (ann, path), (bo, path), (ann, other), (cy, other) })
        {
            ids.Add((await who.Post($"/api/messaging/{where}send_message/", new { content = "a", client_message_id = "a1" }).Created()).Id());
        }

        ids.Should().HaveCount(4);
    }

    [Fact]
    public async Task Tried_ten_times_at_once_it_happens_once()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);
        var hub = await ann.JoinHub();
        var conversation_id = ChatSteps.ChatId(path);

        await Task.WhenAll(Enumerable.Range(0, 5).SelectMany(_ => new Task[]
        {
            anns.Send(new { type = Frames.Message, content = "once", client_message_id = "a1" }),
            ann.Post($"/api/messaging/{path}send_message/", new { content = "once", client_message_id = "a1" }),
            hub.Invoke("SendMessage", new { conversation_id, content = "once", client_message_id = "a1" }),
        }));
        await anns.Send(new { type = "nothing" });
        await anns.Hears(Frames.Error);

        await bos.HearsNext(Frames.Message);
        await bos.HearsNothing();
        (await bo.Get($"/api/messaging/{path}messages/").Ok()).Number("count").Should().Be(1);
    }

    [Fact]
    public async Task A_repeat_after_a_lost_connection_finds_the_first()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);
        await anns.Send(new { type = Frames.Message, content = "did it arrive?", client_message_id = new string('x', 64) });
        var sent = (await bos.HearsNext(Frames.Message)).Part("message");
        anns.Cut();

        var again = await ann.Listen(path);
        await again.Send(new { type = Frames.Message, content = "did it arrive?", client_message_id = new string('x', 64) });

        (await again.HearsNext(Frames.Message)).Part("message").Id().Should().Be(sent.Id());
        await bos.HearsNothing();
    }

    public sealed class OnSqlite(SqliteServer on) : RepeatedSendTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : RepeatedSendTests(on), IClassFixture<PostgresServer>;
}
