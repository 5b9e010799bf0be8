using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Whatever is wrong with a frame is answered with an <c>error</c> frame, and the socket goes on.</summary>
public abstract class FrameErrorTests(ServerFixture on) : ServerTests(on)
{
    private static readonly (string Frame, string Code)[] Broken =
    [
        ("", "malformed_json"),
        ("{", "malformed_json"),
        ("""{"type":"message","content":NaN}""", "malformed_json"),
        ($$"""{"type":"typing","is_typing":true,"a":{{new string('[', 40)}}{{new string(']', 40)}}}""", "malformed_json"),
        ($$"""{"type":"ping","a":{{new string('[', 40)}}{{new string(']', 40)}}}""", "malformed_json"),
        ("""{"type":"ping"}{"type":"ping"}""", "malformed_json"),
        ("[]", "invalid_frame"),
        ("""{"type":7}""", "invalid_frame"),
        ("""{"type":"nothing"}""", "unknown_type"),
        ("""{"type":"hello"}""", "unknown_type"),
        ("""{"type":"message"}""", "invalid_frame"),
        ("""{"type":"message","content":5}""", "invalid_frame"),
        ("""{"type":"message","content":"\ud800"}""", "invalid_frame"),
        ("""{"type":"message","content":"a","reply_to":"1"}""", "invalid_frame"),
        ("""{"type":"message","content":"a","client_message_id":""}""", "invalid_frame"),
        ("""{"type":"typing"}""", "invalid_frame"),
        ("""{"type":"typing","is_typing":"yes"}""", "invalid_frame"),
        ("""{"type":"read"}""", "invalid_frame"),
        ("""{"type":"read","message_id":"1"}""", "invalid_frame"),
        ("""{"type":"read_messages","message_ids":[]}""", "invalid_frame"),
        ("""{"type":"resume"}""", "invalid_frame"),
        ("""{"type":"resume","chats":[]}""", "invalid_frame"),
        ("""{"type":"message","content":" \n\t"}""", "empty_message"),
        ("""{"type":"message","content":""}""", "empty_message"),
        ("""{"type":"message","content":"a\u0000b"}""", "invalid_content"),
        ("""{"type":"message","content":"a","reply_to":9223372036854775807}""", "reply_not_found"),
        ("""{"type":"read","message_id":9223372036854775807}""", "message_not_found"),
        ("""{"type":"read_messages","message_ids":[9223372036854775806]}""", "message_not_found"),
    ];

    [Fact]
    public async Task Each_has_its_code_and_the_socket_stays_open()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);
        foreach (var (frame, code) in Broken)
        {
            await anns.SendText(frame);
            var error = await anns.HearsNext(Frames.Error);
            error.Text("code").Should().Be(code, "of {0}", frame);
            error.Text("detail").Should().NotBeEmpty();
        }

        await anns.Send(new { type = Frames.Message, content = "still here" });
        (await bos.HearsNext(Frames.Message)).Part("message").Text("content").Should().Be("still here");
    }

    [Fact]
    public async Task Content_is_as_long_as_allowed_and_kept_as_it_is()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);

        await anns.Send(new { type = Frames.Message, content = new string('x', 10_001), client_message_id = "long" });
        var error = await anns.HearsNext(Frames.Error);
        error.Text("code").Should().Be("content_too_long");
        error.Text("client_message_id").Should().Be("long");

        foreach (var content in new[] { new string('x', 10_000), "  <b>\r\n\t&amp; \"é\" 👍🏽 \u202e ", "\u0001" })
        {
            await anns.Send(new { type = Frames.Message, content });
            (await bos.HearsNext(Frames.Message)).Part("message").Text("content").Should().Be(content);
        }
    }

    [Fact]
    public async Task A_reply_stays_within_its_chat()
    {
        User ann = await User("ann"), bo = await User("bo"), cy = await User("cy");
        var path = await ann.StartsConversation(bo);
        var elsewhere = await ann.Says(await ann.StartsConversation(cy), "elsewhere");
        var here = await bo.Says(path, "here");
        var anns = await ann.Listen(path);

        await anns.Send(new { type = Frames.Message, content = "a", reply_to = elsewhere.Id(), client_message_id = "a1" });
        (await anns.HearsNext(Frames.Error)).Text("client_message_id").Should().Be("a1");
        await anns.Send(new { type = Frames.Message, content = "a", reply_to = here.Id(), client_message_id = "a1" });
        var sent = (await anns.HearsNext(Frames.Message)).Part("message");
        sent.Number("reply_to").Should().Be(here.Id());
        sent.Text("client_message_id").Should().Be("a1");
    }

    [Fact]
    public async Task On_the_socket_for_all_chats_each_frame_names_its_chat()
    {
        User ann = await User("ann"), bo = await User("bo"), cy = await User("cy");
        var mine = ChatSteps.ChatId(await ann.StartsConversation(bo));
        var theirs = ChatSteps.ChatId(await bo.StartsConversation(cy));
        var anns = await ann.Listen("");
        (object Frame, string Code)[] wrong =
        [
            (new { type = Frames.Message, content = "x" }, "invalid_frame"),
            (new { type = Frames.Typing, is_typing = true }, "invalid_frame"),
            (new { type = Frames.Read, message_id = 1 }, "invalid_frame"),
            (new { type = Frames.Message, content = "x", conversation_id = mine, group_chat_id = mine }, "invalid_frame"),
            (new { type = Frames.Message, content = "x", conversation_id = theirs }, "not_a_participant"),
            (new { type = Frames.Typing, is_typing = true, conversation_id = theirs }, "not_a_participant"),
            (new { type = Frames.Read, message_id = 1, conversation_id = theirs }, "not_a_participant"),
            (new { type = Frames.Message, content = "x", group_chat_id = mine }, "group_chat_not_found"),
            (new { type = Frames.Message, content = "x", conversation_id = long.MaxValue }, "conversation_not_found"),
        ];
        foreach (var (frame, code) in wrong)
        {
            await anns.Send(frame);
            (await anns.HearsNext(Frames.Error)).Text("code").Should().Be(code, "of {0}", frame);
        }
    }

    [Fact]
    public async Task On_a_socket_of_one_chat_no_frame_reaches_another()
    {
        User ann = await User("ann"), bo = await User("bo"), cy = await User("cy");
        var path = await ann.StartsConversation(bo);
        var other = await ann.StartsConversation(cy);
        PlainSocket anns = await ann.Listen(path), cys = await cy.Listen(other);

        await anns.Send(new { type = Frames.Message, content = "x", conversation_id = ChatSteps.ChatId(other) });

        (await anns.HearsNext(Frames.Message)).Number("conversation_id").Should().Be(ChatSteps.ChatId(path));
        await cys.HearsNothing();
    }

    public sealed class OnSqlite(SqliteServer on) : FrameErrorTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : FrameErrorTests(on), IClassFixture<PostgresServer>;
}
