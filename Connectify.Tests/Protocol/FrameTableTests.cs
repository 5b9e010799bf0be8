using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR.Protocol;
using Xunit;

namespace Connectify.Tests.Protocol;

/// <summary>Each frame of a client as it is to be, and with each of its fields wrong.</summary>
public class FrameTableTests
{
    private static readonly string ThousandIds = string.Join(",", Enumerable.Range(1, 1000));

    public static TheoryData<string, string, ClientFrame> Taken => new()
    {
        { """{"type":"message","content":"hi"}""", "SendMessage", new SendFrame { Content = "hi" } },
        { """{"type":"message","content":"hi","reply_to":null,"client_message_id":null}""", "SendMessage", new SendFrame { Content = "hi" } },
        { """{"content":"","reply_to":7,"client_message_id":"a1","type":"message"}""", "SendMessage", new SendFrame { Content = "", ReplyTo = 7, ClientMessageId = "a1" } },
        { """{"type":"message","content":" \n\u00e9\ud83d\udc4d ","extra":[1]}""", "SendMessage", new SendFrame { Content = " \né👍 " } },
        { """{"type":"message","conversation_id":5,"content":"x"}""", "SendMessage", new SendFrame { Content = "x", Chat = new ChatName(5, null) } },
        { """{"type":"message","group_chat_id":9223372036854775807,"content":"x"}""", "SendMessage", new SendFrame { Content = "x", Chat = new ChatName(null, long.MaxValue) } },
        { """{"type":"typing","is_typing":true}""", "Typing", new TypingFrame { IsTyping = true } },
        { """{"type":"typing","is_typing":false,"group_chat_id":3}""", "Typing", new TypingFrame { Chat = new ChatName(null, 3) } },
        { """{"type":"read","message_id":125}""", "Read", new ReadFrame { MessageIds = [125] } },
        { """{"type":"read_messages","message_ids":[1,2,2]}""", "Read", new ReadFrame { MessageIds = [1, 2], IsBatch = true } },
        { """{"type":"resume","chats":[]}""", "Resume", new ResumeFrame() },
        {
            """{"type":"resume","chats":[{"conversation_id":5,"since":17},{"group_chat_id":6},{"conversation_id":7,"since":"x"}]}""", "Resume",
            new ResumeFrame
            {
                Chats =
                [
                    new JoinFrame { Chat = new ChatName(5, null), Since = 17 },
                    new JoinFrame { Chat = new ChatName(null, 6) },
                    new JoinFrame { Chat = new ChatName(7, null), Since = JoinFrame.NoSuchSeq },
                ],
            }
        },
        { "\n{ \"type\" : \"typing\", \"is_typing\" : true }\r\n", "Typing", new TypingFrame { IsTyping = true } },
    };

    [Theory]
    [MemberData(nameof(Taken))]
    public void A_frame_is_the_call_of_its_method(string text, string method, ClientFrame frame)
    {
        var call = Wire.Read(text).Should().BeOfType<InvocationMessage>().Subject;
        call.Target.Should().Be(method);
        call.InvocationId.Should().BeNull("the frames that follow are the answer");
        call.Arguments.Should().ContainSingle().Which.Should().BeEquivalentTo(frame, how => how.RespectingRuntimeTypes());
    }

    [Theory]
    [InlineData("""{"type":"ping"}""")]
    [InlineData("""{"type":"heartbeat_ack","timestamp":"2025-05-15T11:02:35.776Z"}""")]
    [InlineData("""{"type":"heartbeat_ack"}""")]
    public void What_keeps_a_connection_alive_calls_nothing(string text) => Wire.Read(text).Should().BeSameAs(PingMessage.Instance);

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{")]
    [InlineData("""{"type":"message","content":NaN}""")]
    [InlineData("""{"type":"message","content":"a",}""")]
    [InlineData("""{"type":"ping"}{"type":"ping"}""")]
    [InlineData("{\"type\":\"ping\"}\u001e")]
    [InlineData("{'type':'ping'}")]
    [InlineData("\uFEFF{\"type\":\"ping\"}")]
    public void No_json(string text) => Error(text).Text("code").Should().Be("malformed_json");

    [Fact]
    public void Depth_is_bounded()
    {
        Error(Nested(32)).Text("code").Should().Be("malformed_json");
        Wire.Read(Nested(31)).Should().BeOfType<InvocationMessage>();
        Error(new string('[', 60_000)).Text("code").Should().Be("malformed_json");

        static string Nested(int depth) => $$"""{"type":"typing","is_typing":true,"a":{{new string('[', depth)}}{{new string(']', depth)}}}""";
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"ping\"")]
    [InlineData("{}")]
    [InlineData("""{"type":null}""")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":["ping"]}""")]
    [InlineData("""{"type":"\ud800"}""")]
    [InlineData("""{"Type":"ping"}""")]
    public void No_frame(string text)
    {
        Error(text).Text("code").Should().Be("invalid_frame");
        Error(text).Text("detail").Should().Be("A frame is a JSON object with a text \"type\"");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("Message")]
    [InlineData("hello")]
    [InlineData("error")]
    [InlineData("SendMessage")]
    [InlineData("OnConnectedAsync")]
    [InlineData("")]
    public void No_frame_of_a_client(string type) => Error($$"""{"type":"{{type}}"}""").Text("code").Should().Be("unknown_type");

    public static TheoryData<string, string> Wrong => new()
    {
        { "\"type\":\"message\"", "content: This field is required" },
        { "\"type\":\"message\",\"content\":null", "content: This field is required" },
        { "\"type\":\"message\",\"content\":5", "content: Must be a text" },
        { "\"type\":\"message\",\"content\":\"\\udc00\"", "content: Must be a text" },
        { "\"type\":\"message\",\"content\":\"a\",\"reply_to\":\"7\"", "reply_to: Must be a positive integer" },
        { "\"type\":\"message\",\"content\":\"a\",\"reply_to\":0", "reply_to: Must be a positive integer" },
        { "\"type\":\"message\",\"content\":\"a\",\"client_message_id\":7", "client_message_id: Must be a text" },
        { "\"type\":\"message\",\"content\":\"a\",\"client_message_id\":\"\"", "client_message_id: Must have 1 to 64 characters" },
        { "\"type\":\"message\",\"content\":\"a\",\"client_message_id\":\"\\u0000\"", "client_message_id: Must have 1 to 64 characters" },
        { $"\"type\":\"message\",\"content\":\"a\",\"client_message_id\":\"{new string('x', 65)}\"", "client_message_id: Must have 1 to 64 characters" },
        { "\"type\":\"message\",\"content\":\"a\",\"conversation_id\":1,\"group_chat_id\":2", "group_chat_id: Name either conversation_id or group_chat_id" },
        { "\"type\":\"message\",\"content\":\"a\",\"conversation_id\":-1", "conversation_id: Must be a positive integer" },
        { "\"type\":\"typing\"", "is_typing: Must be true or false" },
        { "\"type\":\"typing\",\"is_typing\":null", "is_typing: Must be true or false" },
        { "\"type\":\"typing\",\"is_typing\":\"true\"", "is_typing: Must be true or false" },
        { "\"type\":\"typing\",\"is_typing\":1", "is_typing: Must be true or false" },
        { "\"type\":\"typing\",\"is_typing\":true,\"group_chat_id\":\"x\"", "group_chat_id: Must be a positive integer" },
        { "\"type\":\"read\"", "message_id: This field is required" },
        { "\"type\":\"read_messages\"", "message_ids: This field is required" },
        { "\"type\":\"read_messages\",\"message_ids\":7", "message_ids: Must be a list of ids" },
        { "\"type\":\"read_messages\",\"message_ids\":[]", "message_ids: This field is required" },
        { $"\"type\":\"read_messages\",\"message_ids\":[{ThousandIds},1001]", "message_ids: Must be at most 1000 ids" },
        { "\"type\":\"read_messages\",\"message_ids\":[1,null]", "message_ids: Must be a list of positive integers" },
        { "\"type\":\"resume\"", "chats: Must be a list of objects" },
        { "\"type\":\"resume\",\"chats\":{}", "chats: Must be a list of objects" },
        { "\"type\":\"resume\",\"chats\":[7]", "A JSON object is expected" },
        { "\"type\":\"resume\",\"chats\":[{\"conversation_id\":\"5\"}]", "conversation_id: Must be a positive integer" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_field_at_fault_is_named(string fields, string detail)
    {
        Error($"{{{fields}}}").Text("code").Should().Be("invalid_frame");
        Error($"{{{fields}}}").Text("detail").Should().Be(detail);
    }

    [Fact]
    public void No_id_but_a_positive_one()
    {
        foreach (var id in HostileInputs.Ids)
        {
            Error($$"""{"type":"read","message_id":{{id}}}""").Text("detail").Should().Be("message_id: Must be a positive integer", "of {0}", id);
            Error($$"""{"type":"read_messages","message_ids":[1,{{id}}]}""").Text("code").Should().Be("invalid_frame");
        }
    }

    [Fact]
    public void A_name_that_is_no_text_is_at_fault()
    {
        var frame = FrameReader.Read<TypingFrame>(System.Text.Json.JsonElement.Parse("""{"is_typing":true,"\ud800onversation_id":1}"""));
        frame.Problem.Should().Be(new FrameProblem("invalid_frame", "A field's name is no Unicode text"));
    }

    [Fact]
    public void A_thousand_ids_are_taken()
        => Wire.Read($$"""{"type":"read_messages","message_ids":[{{ThousandIds}}]}""").Should().BeOfType<InvocationMessage>();

    [Fact]
    public void A_message_at_fault_is_told_by_its_id()
    {
        var error = Error("""{"type":"message","content":5,"client_message_id":"a1"}""");
        error.Text("client_message_id").Should().Be("a1");
        error.EnumerateObject().Select(field => field.Name).Should().Equal("type", "code", "detail", "client_message_id");
    }

    private static System.Text.Json.JsonElement Error(string text)
    {
        var error = Wire.ErrorFor(Wire.Read(text));
        error.Text("type").Should().Be(Frames.Error);
        return error;
    }
}
