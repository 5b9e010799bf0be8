using System.Text.Json;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>However a message is sent and however one listens, it is the same message at the same place.</summary>
public abstract class FanOutTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task Sent_in_three_ways_heard_in_five()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var conversation_id = ChatSteps.ChatId(path);
        PlainSocket socket = await bo.Listen(path), flat = await bo.Listen(path, "format=flat"), all = await bo.Listen("");
        var hub = await bo.JoinHub();
        await hub.Invoke("Join", new { conversation_id });
        var anns = await ann.Listen(path);
        var annsHub = await ann.JoinHub();
        await socket.Hears(Frames.Presence, frame => frame.Number("user_id") == ann.Id && frame.Flag("is_online"));

        var overRest = await ann.Says(path, "over REST");
        var overHub = await annsHub.Invoke("SendMessage", new { conversation_id, content = "over the hub", reply_to = overRest.Id() });
        await anns.Send(new { type = Frames.Message, content = "over a socket", client_message_id = "a1" });
        await anns.Hears(overRest);
        await anns.Hears(overHub);
        var overSocket = (await anns.Hears(Frames.Message)).Part("message");

        foreach (var sent in new[] { overRest, overHub, overSocket })
        {
            var stored = (await bo.Get($"/api/messaging/messages/{sent.Id()}/").Ok()).GetRawText();
            sent.GetRawText().Should().Be(stored);
            foreach (Listener listener in new Listener[] { socket, hub, all })
            {
                var heard = await listener.Hears(Frames.Message);
                heard.Part("message").GetRawText().Should().Be(stored);
                heard.Number("conversation_id").Should().Be(conversation_id);
                heard.Number("seq").Should().Be(sent.Number("seq"));
            }

            var chatMessage = await flat.HearsNext(Frames.ChatMessage);
            chatMessage.Number("message_id").Should().Be(sent.Id());
            chatMessage.Text("content").Should().Be(sent.Text("content"));
            chatMessage.Text("timestamp").Should().Be(sent.Text("created_at"));
            chatMessage.Number("sender_id").Should().Be(ann.Id);
            chatMessage.Text("sender_username").Should().Be(ann.Username);
            chatMessage.Part("reply_to").GetRawText().Should().Be(sent.Part("reply_to").GetRawText());
        }

        await socket.HearsNothing();
        await flat.HearsNothing();
        await hub.HearsNothing();
    }

    [Fact]
    public async Task Changes_are_heard_in_the_order_of_seq()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsGroup(bo);
        var group_chat_id = ChatSteps.ChatId(path);
        PlainSocket socket = await bo.Listen(path), flat = await bo.Listen(path, "format=flat");
        var hub = await bo.JoinHub();
        await hub.Invoke("Join", new { group_chat_id });

        var id = (await ann.Says(path, "hi")).Id();
        await ann.Put($"/api/messaging/messages/{id}/edit/", new { content = "hi!" }).Ok();
        await bo.Post($"/api/messaging/messages/{id}/react/", new { emoji = "👍" }).Created();
        await bo.Post($"/api/messaging/messages/{id}/react/", new { emoji = "👍" }).Ok();
        await bo.Delete($"/api/messaging/messages/{id}/unreact/").NoContent();
        await bo.Delete($"/api/messaging/messages/{id}/unreact/").NoContent();
        await ann.Delete($"/api/messaging/messages/{id}/").NoContent();

        string[] changes = [Frames.Message, Frames.MessageUpdated, Frames.ReactionAdded, Frames.ReactionRemoved, Frames.MessageDeleted];
        foreach (Listener listener in new Listener[] { socket, hub, flat })
        {
            var heard = await listener.HearsUntilNow();
            heard.Select(frame => frame.Type).Should().Equal(changes.Select(name => listener == flat && name == Frames.Message ? Frames.ChatMessage : name));
            heard.Select(frame => frame.Body.Number("seq")).Should().Equal(1, 2, 3, 4, 5);
            heard.Should().OnlyContain(frame => frame.Body.Number("group_chat_id") == group_chat_id);
        }
    }

    [Fact]
    public async Task Twenty_senders_have_one_order_and_everybody_hears_it()
    {
        var people = new List<User>();
        for (var i = 0; i < 20; i++) people.Add(await User("p"));
        var path = await people[0].StartsGroup([.. people.Skip(1)]);
        var sockets = await Task.WhenAll(people.Select(person => person.Listen(path)));
        var hub = await people[3].JoinHub();
        await hub.Invoke("Join", new { group_chat_id = ChatSteps.ChatId(path) });

        await Task.WhenAll(people.Select((person, i) => Send(person, sockets[i], i)));

        var order = await Heard(hub, 100);
        order.Select(frame => frame.Number("seq")).Should().Equal(Enumerable.Range(1, 100).Select(seq => (long)seq));
        var ids = order.ConvertAll(frame => frame.Part("message").Id());
        ids.Should().BeInAscendingOrder();
        foreach (var socket in sockets) (await Heard(socket, 100)).Select(frame => frame.Part("message").Id()).Should().Equal(ids);
        var listed = (await people[0].Get($"/api/messaging/{path}messages/?page_size=100").Ok()).Items("results");
        listed.Select(message => message.Id()).Reverse().Should().Equal(ids);
        foreach (var socket in sockets) await socket.HearsNothing();

        async Task Send(User person, PlainSocket socket, int number)
        {
            for (var i = 0; i < 5; i++)
            {
                if ((number + i) % 2 == 0) await person.Says(path, $"{number} {i}");
                else await socket.Send(new { type = Frames.Message, content = $"{number} {i}" });
            }
        }
    }

    private static async Task<List<JsonElement>> Heard(Listener listener, int count)
    {
        var heard = new List<JsonElement>();
        while (heard.Count < count) heard.Add(await listener.HearsNext(Frames.Message));
        return heard;
    }

    public sealed class OnSqlite(SqliteServer on) : FanOutTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : FanOutTests(on), IClassFixture<PostgresServer>;
}
