using System.Text;
using Connectify.Protocol;
using Connectify.Server.Kernel;
using Connectify.Server.Realtime.Backplane;
using Connectify.Server.Realtime.Events;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>A node dies without a word: here one that is played, and falls silent.</summary>
public sealed class NodeFailureTests(TwoNodes on) : SeveralNodes, IClassFixture<TwoNodes>
{
    private const long Node = 4711;

    protected override TestServer Home => on.A;

    [Fact]
    public async Task Nobody_stays_online_or_typing_on_a_node_that_died()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var chat = await ann.StartsConversation(bo);
        PlainSocket[] anns = [await ann.Listen(chat), await At(on.B, ann).Listen(chat)];
        var typing = FramePayload.Of(new ChatRef(ChatKind.Conversation, ChatSteps.ChatId(chat)), 0, new { user_id = bo.Id, username = "bo", is_typing = true });

        await Tell(RedisChannels.Nodes, Envelope.Of(Node, new PresenceSnapshot(0, [])));
        await Tell(RedisChannels.Nodes, Envelope.Of(Node, new PresenceDiff(1, bo.Id, true)));
        await Tell(RedisChannels.Chat(ChatSteps.ChatId(chat)), Envelope.Of(Node, new ChatEvent(ChatSteps.ChatId(chat), Frames.Typing, typing) { ExceptUser = bo.Id }));

        foreach (var socket in anns)
        {
            (await socket.Hears(Frames.Presence)).Flag("is_online").Should().BeTrue();
            (await socket.Hears(Frames.Typing)).Flag("is_typing").Should().BeTrue();
            (await socket.Hears(Frames.Typing)).Flag("is_typing").Should().BeFalse();
            (await socket.Hears(Frames.Presence)).Flag("is_online").Should().BeFalse();
            await socket.HearsNo(Frames.Presence, Frames.Typing);
        }
    }

    [Fact]
    public async Task A_node_that_could_not_tell_everything_has_the_others_look()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var chat = await ann.StartsConversation(bo);
        var bos = await At(on.B, bo).Listen(chat);
        await Tell(RedisChannels.Nodes, Envelope.Of(Node + 1, new Heartbeat(1, Losses: 0, PresenceVersion: 0)));

        // Stored, and told to nobody: as by a node that is cut off between the two.
        await on.A.Database.Execute(
            """
            UPDATE chats SET last_seq = 1, message_count = 1 WHERE id = @chatId;
            INSERT INTO messages (chat_id, seq, created_seq, sender_id, content, created_at, updated_at)
            VALUES (@chatId, 1, 1, @ann, 'untold', 1, 1)
            """,
            new { chatId = ChatSteps.ChatId(chat), ann = ann.Id },
            CancellationToken.None);
        await Tell(RedisChannels.Nodes, Envelope.Of(Node + 1, new Heartbeat(2, Losses: 1, PresenceVersion: 0)));

        (await bos.Hears(Frames.Message)).Part("message").Text("content").Should().Be("untold");
        await bos.HearsNothing();
    }

    [Fact]
    public async Task What_claims_more_than_the_database_knows_does_not_stop_a_chat()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var chat = await ann.StartsConversation(bo);
        var bos = await At(on.B, bo).Listen(chat);
        var id = ChatSteps.ChatId(chat);
        await Tell(RedisChannels.Chat(id), Envelope.Of(Node, new ChatEvent(id, "lie", "{}"u8.ToArray()) { Seq = 1L << 40 }));
        await Tell(RedisChannels.Chat(id), Envelope.Of(Node, new ChatEvent(id, "lie", "{}"u8.ToArray()) { Seq = 1, AccessVersion = 1L << 40 }));
        await bos.Hears(await ann.Says(chat, "hi"));
        await bos.Hears(await At(on.B, bo).Says(chat, "hello"));
        await bos.HearsNo("lie");
    }

    [Fact]
    public async Task A_removal_that_is_told_late_turns_nobody_out_who_is_back()
    {
        User ann = await User("ann"), bo = await User("bo");
        var group = await ann.StartsGroup(bo);
        PlainSocket bos = await At(on.B, bo).Listen(group), inbox = await At(on.B, bo).Listen("");

        await Tell(RedisChannels.Users, Envelope.Of(Node, new ChatLeft(bo.Id, ChatSteps.ChatId(group))));
        for (var i = 0; i < 5; i++) await bos.Hears(await ann.Says(group, $"{i}"));
        await inbox.HearsNo(Frames.ChatRemoved);

        await ann.Post($"/api/messaging/{group}remove_member/", new { member_id = bo.Id }).Ok();
        (await bos.Closed()).Should().Be(4004);
        await inbox.Hears(Frames.ChatRemoved);
    }

    private Task Tell(string channel, byte[] message) => on.Redis.Do("PUBLISH", channel, Encoding.Latin1.GetString(message));
}
