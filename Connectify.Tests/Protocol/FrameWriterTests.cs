using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.SignalR.Protocol;
using Xunit;

namespace Connectify.Tests.Protocol;

public class FrameWriterTests
{
    [Theory]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(65_535, 4)]
    [InlineData(65_536, 10)]
    public void Each_length_has_its_header(int length, int header)
    {
        const string Empty = """{"type":"x","a":""}""";
        var frame = FrameWriter.Text("x", JsonSerializer.SerializeToUtf8Bytes(new { a = new string('b', length - Empty.Length) }));
        frame.Length.Should().Be(header + length);
        FrameWriter.PayloadOf(frame).Length.Should().Be(length);
    }

    [Fact]
    public void Any_payload_of_any_length_is_read_back_by_a_websocket()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(Arb.From(Gen.Choose(0, 70_000)), length =>
        {
            var payload = JsonSerializer.SerializeToUtf8Bytes(new { text = new string('é', length) });
            var read = JsonElement.Parse(ReadAsClient(FrameWriter.Text(Frames.Message, payload)));
            read.Text("type").Should().Be(Frames.Message);
            read.Text("text").Length.Should().Be(length);
        }));

    [Fact]
    public void Type_comes_first()
    {
        Encoding.UTF8.GetString(FrameWriter.PayloadOf(FrameWriter.Text("pong", "{}"u8)).Span).Should().Be("""{"type":"pong"}""");
        Encoding.UTF8.GetString(FrameWriter.PayloadOf(FrameWriter.Text("pong", """{"a":1}"""u8)).Span).Should().Be("""{"type":"pong","a":1}""");
    }

    [Theory]
    [InlineData(1000, "")]
    [InlineData(4003, "unauthorized")]
    public void A_close_frame_has_code_and_reason(int code, string reason)
    {
        var frame = FrameWriter.Close(code, reason);
        frame[0].Should().Be(FrameWriter.CloseFrame);
        frame[1].Should().Be((byte)(2 + reason.Length));
        BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(2)).Should().Be((ushort)code);
        Encoding.ASCII.GetString(frame.AsSpan(4)).Should().Be(reason);
    }

    [Fact]
    public void A_reason_too_long_is_cut() => FrameWriter.Close(1008, new string('x', 500)).Length.Should().Be(2 + 125);

    [Fact]
    public void The_flat_form_is_the_nested_one_without_its_shell()
    {
        var payload = """{"conversation_id":5,"seq":3,"message":{"id":7,"content":"a\"é","created_at":"2025-05-15T11:02:35.776Z","reply_to":null,"conversation_id":5,"sender":{"id":2},"seq":3}}"""u8.ToArray();
        var message = new InvocationMessage(Frames.Message, [new RawJson(payload)]);

        var flat = Wire.Payload(new FrameProtocol(isFlat: true).GetMessageBytes(message));

        flat.EnumerateObject().Select(field => field.Name).Should().Equal(
            "type", "message_id", "content", "timestamp", "reply_to", "conversation_id", "sender", "seq");
        flat.Text("type").Should().Be("chat_message");
        flat.Number("message_id").Should().Be(7);
        flat.Text("content").Should().Be("a\"é");
        flat.Text("timestamp").Should().Be("2025-05-15T11:02:35.776Z");
        flat.Part("sender").Id().Should().Be(2, "only the message's own id is renamed");
        Wire.Payload(Wire.Nested.GetMessageBytes(message)).Part("message").Id().Should().Be(7);
    }

    [Fact]
    public void Other_frames_have_one_form()
    {
        var updated = new InvocationMessage(Frames.MessageUpdated, [new RawJson("""{"message":{"id":7}}"""u8.ToArray())]);
        new FrameProtocol(isFlat: true).GetMessageBytes(updated).ToArray().Should().Equal(Wire.Nested.GetMessageBytes(updated).ToArray());
    }

    [Fact]
    public void What_signalr_says_for_itself_is_no_frame()
    {
        HubMessage[] own = [PingMessage.Instance, CloseMessage.Empty, CompletionMessage.WithResult("1", 5), CompletionMessage.WithError("1", "no")];
        foreach (var message in own) Wire.Nested.GetMessageBytes(message).IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void An_error_frame_tells_what_it_knows()
    {
        var error = Wire.Payload(FrameProtocol.Error(new FrameProblem("rate_limited", "Too \"many\"", "a1"), retryAfterMilliseconds: 50));
        error.GetRawText().Should().Be("""{"type":"error","code":"rate_limited","detail":"Too \u0022many\u0022","client_message_id":"a1","retry_after_ms":50}""");
    }

    private static byte[] ReadAsClient(byte[] frame)
    {
        using var stream = new MemoryStream(frame);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = false });
        var buffer = new byte[frame.Length];
        var length = 0;
        while (true)
        {
            var got = socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            length += got.Count;
            if (got.EndOfMessage) return buffer[..length];
        }
    }
}
