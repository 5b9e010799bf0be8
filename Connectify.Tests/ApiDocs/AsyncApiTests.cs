using System.Text.Json;
using Connectify.Migrations;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.ApiDocs;

/// <summary>What the server says of its sockets, against the frames that it really sends and takes.</summary>
public sealed class AsyncApiTests : IAsyncLifetime
{
    private TestServer? _server;
    private SchemaJudge? _judge;
    private User? _ann, _bo, _cy;

    private JsonElement Document => _judge!.Document;

    public async Task InitializeAsync()
    {
        _server = await TestServer.Start(DatabaseEngine.Sqlite, "--Sockets:HeartbeatSeconds=1");
        (_ann, _bo, _cy) = (await User.Register(_server, "ann", 1), await User.Register(_server, "bo", 1), await User.Register(_server, "cy", 1));
        using var nobody = new ApiClient(_server);
        _judge = await SchemaJudge.Of(await nobody.Get("/asyncapi.json").Ok());
    }

    public async Task DisposeAsync()
    {
        foreach (var user in new[] { _ann!, _bo!, _cy! })
        {
            await user.HangUp();
            user.Dispose();
        }

        await _judge!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task It_is_a_valid_document()
    {
        Document.Text("asyncapi").Should().Be("3.0.0");
        (await _judge!.WhatIsWrongWithTheDocument("asyncapi")).Should().BeEmpty();
    }

    [Fact]
    public void It_has_every_frame_and_nothing_else()
    {
        var names = Document.Part("components").Part("messages").EnumerateObject().ToList();
        names.Select(message => message.Value.Text("name")).Distinct().Should().BeEquivalentTo(FrameNames.All);
        foreach (var message in names)
        {
            message.Name.Should().MatchRegex($"^(client|server)_{message.Value.Text("name")}$");
            message.Value.Part("payload").Part("properties").Part("type").Text("const").Should().Be(message.Value.Text("name"));
        }

        var used = Document.Part("channels").EnumerateObject().SelectMany(channel => Messages(channel.Name, ""));
        used.Distinct().Should().BeEquivalentTo(names.Select(message => message.Name), "each goes over some socket");
    }

    [Fact]
    public async Task The_frames_that_it_lists_are_taken_and_no_others()
    {
        var path = await _ann!.StartsConversation(_bo!);
        var message = await _ann!.Says(path, "hi");
        var inbox = await _bo!.Listen("");
        var taken = Document.Part("components").Part("messages").EnumerateObject()
            .Where(one => one.Name.StartsWith("client_", StringComparison.Ordinal)).Select(one => one.Value.Text("name")).ToList();
        foreach (var name in FrameNames.All)
        {
            var sample = Sample(name, ChatSteps.ChatId(path), message.Id());
            await inbox.Send(sample);
            if (!taken.Contains(name)) continue;
            (await _judge!.WhatIsWrongWith(JsonReading.Json(sample), "components", "messages", $"client_{name}", "payload")).Should().BeEmpty(name);
        }

        // Frames are dealt with in their order, so this one's error is the last; a pong would overtake it.
        await inbox.Send(new { type = Frames.Message, conversation_id = ChatSteps.ChatId(path), content = "" });
        var codes = new List<string>();
        while (codes.LastOrDefault() != "empty_message") codes.Add((await inbox.Hears(Frames.Error)).Text("code"));
        codes.Should().Equal([.. FrameNames.All.Where(name => !taken.Contains(name)).Select(_ => "unknown_type"), "empty_message"]);
    }

    [Fact]
    public async Task What_is_sent_is_as_described_on_every_socket()
    {
        string conversation = await _ann!.StartsConversation(_bo!), group = await _ann!.StartsGroup(_bo!);
        var sockets = new Dictionary<string, PlainSocket[]>
        {
            ["conversation"] = [await _bo!.Listen(conversation), await _bo!.Listen(conversation, "format=flat")],
            ["group_chat"] = [await _bo!.Listen(group), await _bo!.Listen(group, "format=flat")],
            ["inbox"] = [await _bo!.Listen(""), await _bo!.Listen("", "format=flat")],
        };
        foreach (var path in new[] { conversation, group }) await TalkInEveryWay(path);
        await ChangeInEveryWay(group);
        await ComeAndGo(sockets["inbox"][0], conversation);
        foreach (var socket in sockets.Values.SelectMany(both => both)) await socket.Send(new { type = Frames.Message, content = "", client_message_id = "a1", conversation_id = ChatSteps.ChatId(conversation) });

        foreach (var (channel, both) in sockets)
        {
            var documented = Messages(channel, "server_").Select(name => name["server_".Length..]).ToList();
            foreach (var name in documented) await IsAsDescribed(name, await Heard(name, both));
            foreach (var frame in await both[0].HearsUntilNow())
            {
                documented.Should().Contain(frame.Type);
                await IsAsDescribed(frame.Type, frame.Body);
            }
        }
    }

    // The plain socket hears everything but chat_message, which takes the place of message on the flat one.
    private static async Task<JsonElement> Heard(string name, PlainSocket[] both)
    {
        if (name == Frames.Hello) return both[0].Hello;
        if (name == Frames.ChatMessage) return await both[1].Hears(name);
        if (name != Frames.Pong) return await both[0].Hears(name);
        await both[0].Send(new { type = Frames.Ping });
        return await both[0].Hears(name);
    }

    private async Task IsAsDescribed(string name, JsonElement frame)
        => (await _judge!.WhatIsWrongWith(frame, "components", "messages", $"server_{name}", "payload")).Should().BeEmpty("{0} is {1}", name, frame);

    private async Task TalkInEveryWay(string path)
    {
        var asked = await _bo!.Says(path, "a question");
        await _bo!.Says(path, "another");
        var socket = await _ann!.Listen(path);
        await socket.Send(new { type = Frames.Typing, is_typing = true });
        await socket.Send(new { type = Frames.Read, message_id = asked.Id() });
        await socket.Send(new { type = Frames.ReadMessages, message_ids = new[] { asked.Id() + 1 } });
        using var files = new Form().With("content", "an answer").With("reply_to", asked.Id()).WithFile("attachments", "a.png", "image/png", Pictures.Png);
        var answer = (await _ann!.Send(HttpMethod.Post, $"/api/messaging/{path}send_message/", files)).Body.Id();
        await _ann!.Put($"/api/messaging/messages/{answer}/edit/", new { content = "a better one" }).Ok();
        await _ann!.Post($"/api/messaging/messages/{answer}/react/", new { emoji = "👍" }).Created();
        await _ann!.Delete($"/api/messaging/messages/{answer}/unreact/").NoContent();
        await _ann!.Delete($"/api/messaging/messages/{answer}/").NoContent();
        await _ann!.HangUp();
    }

    private async Task ChangeInEveryWay(string group)
    {
        await _ann!.Post($"/api/messaging/{group}add_members/", new { member_ids = new[] { _cy!.Id } }).Ok();
        await _ann!.Post($"/api/messaging/{group}change_role/", new { member_id = _cy!.Id, role = "admin" }).Ok();
        using var form = new Form().With("name", "Renamed").WithFile("avatar", "a.png", "image/png", Pictures.Png);
        (await _ann!.Send(HttpMethod.Patch, $"/api/messaging/{group}", form)).Status.Should().Be(200);
        await _ann!.Post($"/api/messaging/{group}remove_member/", new { member_id = _cy!.Id }).Ok();
    }

    private async Task ComeAndGo(PlainSocket inbox, string conversation)
    {
        var other = await _ann!.StartsGroup(_bo!);
        await inbox.Hears(Frames.ChatAdded, added => added.Number("group_chat_id") == ChatSteps.ChatId(other));
        await _ann!.Post($"/api/messaging/{other}remove_member/", new { member_id = _bo!.Id }).Ok();
        await _ann!.StartsGroup(_bo!);
        await inbox.Send(new { type = Frames.Resume, chats = new[] { new { conversation_id = ChatSteps.ChatId(conversation), since = 0 } } });
    }

    private static object Sample(string name, long chat, long message) => name switch
    {
        Frames.Message => new { type = name, conversation_id = chat, content = "hi", reply_to = message, client_message_id = "c1" },
        Frames.Typing => new { type = name, conversation_id = chat, is_typing = true },
        Frames.Read => new { type = name, conversation_id = chat, message_id = message },
        Frames.ReadMessages => new { type = name, conversation_id = chat, message_ids = new[] { message } },
        Frames.HeartbeatAck => new { type = name, timestamp = "2025-05-15T11:02:35.776Z" },
        Frames.Resume => new { type = name, chats = new[] { new { conversation_id = chat, since = 1 } } },
        _ => new { type = name },
    };

    private List<string> Messages(string channel, string prefix)
        => [.. Document.Part("channels").Part(channel).Part("messages").EnumerateObject().Select(message => message.Name)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
}
