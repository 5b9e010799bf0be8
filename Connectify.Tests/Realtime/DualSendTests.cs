using System.Text.Json;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>The documented client sends each message over its socket and over REST: that is one message.</summary>
public abstract class DualSendTests(ServerFixture on) : ServerTests(on)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whichever_comes_first_there_is_one(bool socketFirst)
    {
        var (ann, path, anns, bos) = await Two();

        if (socketFirst) await Frame(anns, "once");
        if (socketFirst) await anns.HearsNext(Frames.Message);
        var sent = await ann.Says(path, "once");
        if (!socketFirst) await Frame(anns, "once");
        if (!socketFirst) await anns.HearsNext(Frames.Message);
        await Frame(anns, "the next");

        (await bos.HearsNext(Frames.Message)).Part("message").Id().Should().Be(sent.Id());
        (await bos.HearsNext(Frames.Message)).Part("message").Text("content").Should().Be("the next");
        (await anns.HearsNext(Frames.Message)).Part("message").Text("content").Should().Be("the next");
        (await Count(ann, path)).Should().Be(2);
    }

    [Fact]
    public async Task Sent_both_ways_at_once_it_is_one()
    {
        var (ann, path, anns, bos) = await Two();
        for (var i = 0; i < 20; i++)
        {
            var frame = Frame(anns, $"{i}");
            var sent = await ann.Says(path, $"{i}");
            await frame;
            (await bos.HearsNext(Frames.Message)).Part("message").Id().Should().Be(sent.Id());
            (await anns.HearsNext(Frames.Message)).Part("message").Id().Should().Be(sent.Id());
        }

        await Fence(anns);
        await anns.HearsNothing();
        await bos.HearsNothing();
        (await Count(ann, path)).Should().Be(20);
    }

    [Fact]
    public async Task Each_send_pairs_once()
    {
        var (ann, path, anns, bos) = await Two();
        for (var i = 0; i < 2; i++)
        {
            await Frame(anns, "ok");
            await ann.Says(path, "ok");
        }

        await bos.HearsNext(Frames.Message);
        await bos.HearsNext(Frames.Message);
        await Fence(anns);
        (await Count(ann, path)).Should().Be(2);
    }

    [Fact]
    public async Task Over_the_same_transport_two_are_two()
    {
        var (ann, path, anns, bos) = await Two();
        await ann.Says(path, "REST");
        await ann.Says(path, "REST");
        await Frame(anns, "socket");
        await Frame(anns, "socket");
        for (var i = 0; i < 4; i++) await bos.HearsNext(Frames.Message);
        (await Count(ann, path)).Should().Be(4);
    }

    [Fact]
    public async Task What_differs_is_another()
    {
        var (ann, path, anns, bos) = await Two();
        var phone = Keep(await ann.OnAnotherDevice());
        var first = await ann.Says(path, "other text");
        await Frame(anns, "other text ");
        await anns.Send(new { type = Frames.Message, content = "other text", reply_to = first.Id() });
        await anns.Send(new { type = Frames.Message, content = "other text", client_message_id = "a1" });
        await Fence(anns);
        await phone.Says(path, "from the phone");
        await Frame(anns, "from the phone");
        await Fence(anns);
        for (var i = 0; i < 6; i++) await bos.HearsNext(Frames.Message);
        (await Count(ann, path)).Should().Be(6);
    }

    [Fact]
    public async Task The_hub_takes_no_part_in_it()
    {
        var (ann, path, anns, bos) = await Two();
        var hub = await ann.JoinHub();
        await hub.Invoke("SendMessage", new { conversation_id = ChatSteps.ChatId(path), content = "hi" });
        await ann.Says(path, "hi");
        await hub.Invoke("SendMessage", new { conversation_id = ChatSteps.ChatId(path), content = "hi" });
        await Frame(anns, "hi");
        for (var i = 0; i < 3; i++) await bos.HearsNext(Frames.Message);
        await Fence(anns);
        (await Count(ann, path)).Should().Be(3, "only REST and the socket are a pair");
    }

    [Fact]
    public async Task Switched_off_every_send_is_a_message()
    {
        await using var server = await TestServer.Start(Server.Engine, "--Messaging:DualSendWindowSeconds=0");
        User ann = Keep(await Support.User.Register(server, "ann", 1)), bo = Keep(await Support.User.Register(server, "bo", 1));
        var path = await ann.StartsConversation(bo);
        var anns = await ann.Listen(path);
        await ann.Says(path, "hi");
        await Frame(anns, "hi");
        await anns.HearsNext(Frames.Message);
        await anns.HearsNext(Frames.Message);
        await ann.HangUp();
    }

    private async Task<(User Ann, string Path, PlainSocket Anns, PlainSocket Bos)> Two()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        return (ann, path, await ann.Listen(path), await bo.Listen(path));
    }

    private static Task Frame(PlainSocket socket, string content) => socket.Send(new { type = Frames.Message, content, reply_to = (long?)null });

    // A frame that only the hub answers: all that the socket sent before has been dealt with.
    private static async Task<JsonElement> Fence(PlainSocket socket)
    {
        await socket.Send(new { type = "nothing" });
        return await socket.Hears(Frames.Error);
    }

    private static async Task<long> Count(User user, string path) => (await user.Get($"/api/messaging/{path}messages/").Ok()).Number("count");

    public sealed class OnSqlite(SqliteServer on) : DualSendTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : DualSendTests(on), IClassFixture<PostgresServer>;
}
