using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Protocol;

/// <summary>
/// The plain WebSocket protocol as a SignalR hub protocol. In: records of a 4-byte little-endian length
/// and one WebSocket message, so that no client can smuggle a delimiter in. Out: complete WebSocket
/// frames, which SignalR encodes once for a whole group and <see cref="FrameQueue"/> writes as they are.
/// </summary>
/// <param name="isFlat">Whether new messages take the documents' second form, <c>chat_message</c>.</param>
public sealed class FrameProtocol(bool isFlat) : IHubProtocol
{
    /// <summary>How deep the JSON of a frame may be nested.</summary>
    public const int MaxDepth = 32;

    private const int LengthBytes = 4;
    private const char ProblemMark = '!';

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth };

    /// <inheritdoc />
    public string Name { get; } = isFlat ? "connectify-flat" : "connectify";

    /// <inheritdoc />
    public int Version => 1;

    /// <summary>A format that no SignalR transport has: this protocol can't be asked for at the hub's own URL.</summary>
    public TransferFormat TransferFormat => (TransferFormat)4;

    /// <inheritdoc />
    public bool IsVersionSupported(int version) => version == Version;

    /// <summary>Puts one WebSocket message into the form that <see cref="TryParseMessage"/> reads.</summary>
    public static void WriteRecord(IBufferWriter<byte> output, ReadOnlySpan<byte> message)
    {
        var record = output.GetSpan(LengthBytes + message.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record, message.Length);
        message.CopyTo(record[LengthBytes..]);
        output.Advance(LengthBytes + message.Length);
    }

    /// <inheritdoc />
    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        message = null;
        if (input.Length < LengthBytes) return false;
        Span<byte> prefix = stackalloc byte[LengthBytes];
        input.Slice(0, LengthBytes).CopyTo(prefix);
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (input.Length < LengthBytes + length) return false;
        message = Parse(input.Slice(LengthBytes, length));
        input = input.Slice(LengthBytes + length);
        return true;
    }

    /// <inheritdoc />
    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        var frame = GetMessageBytes(message);
        if (!frame.IsEmpty) output.Write(frame.Span);
    }

    /// <inheritdoc />
    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => message switch
    {
        InvocationMessage { Arguments: [RawJson payload] } => Encode(message, payload.Utf8.Span),
        CompletionMessage { Error: not null, InvocationId: { } id } when id.StartsWith(ProblemMark) => Problem(id),

        // Return values, SignalR's pings and its own closing words are no frames.
        _ => default,
    };

    /// <summary>The <c>client_message_id</c> of a frame that isn't taken, so that its sender knows which one it was; null where there is none.</summary>
    public static string? ClientMessageIdIn(ReadOnlyMemory<byte> frame)
    {
        try
        {
            using var document = JsonDocument.Parse(frame, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? FrameReader.Read<SendFrame>(document.RootElement).ClientMessageId : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>An <c>error</c> frame.</summary>
    public static byte[] Error(FrameProblem problem, long? retryAfterMilliseconds = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("code", problem.Code);
            json.WriteString("detail", problem.Detail);
            if (problem.ClientMessageId is not null) json.WriteString("client_message_id", problem.ClientMessageId);
            if (retryAfterMilliseconds is { } wait) json.WriteNumber("retry_after_ms", wait);
            json.WriteEndObject();
        }

        return FrameWriter.Text(Frames.Error, buffer.WrittenSpan);
    }

    private byte[] Encode(HubMessage message, ReadOnlySpan<byte> payload)
    {
        var name = ((InvocationMessage)message).Target;
        return isFlat && name == Frames.Message
            ? FrameWriter.Text(Frames.ChatMessage, FlatMessage.From(payload))
            : FrameWriter.Text(name, payload);
    }

    // An exception out of here would end the connection; every problem becomes an error frame instead.
    private static HubMessage Parse(ReadOnlySequence<byte> message)
    {
        try
        {
            using var document = JsonDocument.Parse(message, Strict);
            return ToInvocation(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Reject(new FrameProblem("malformed_json", "The frame is not valid JSON, or nested too deeply"));
        }
    }

    private static HubMessage ToInvocation(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("type", out var type) || !JsonFields.TryText(type, out var name))
        {
            return Reject(new FrameProblem("invalid_frame", "A frame is a JSON object with a text \"type\""));
        }

        return name switch
        {
            Frames.Message => Invoke("SendMessage", FrameReader.Read<SendFrame>(json)),
            Frames.Typing => Invoke("Typing", FrameReader.Read<TypingFrame>(json)),
            Frames.Read or Frames.ReadMessages => Invoke("Read", FrameReader.Read<ReadFrame>(json)),
            Frames.Resume => Invoke("Resume", FrameReader.Read<ResumeFrame>(json)),
            Frames.Ping or Frames.HeartbeatAck => PingMessage.Instance,
            _ => Reject(new FrameProblem("unknown_type", "Unknown frame type")),
        };
    }

    // Without an id nothing is answered: the frames that follow from a call are its answer.
    private static HubMessage Invoke(string method, ClientFrame frame)
        => frame.Problem is { } problem ? Reject(problem) : new InvocationMessage(method, [frame]);

    // SignalR answers a message that can't be bound with a completion of the same id: the id brings the error frame back here.
    private static InvocationBindingFailureMessage Reject(FrameProblem problem)
        => new(ProblemMark + Convert.ToBase64String(Error(problem)), "frame", ExceptionDispatchInfo.Capture(new HubException(problem.Detail)));

    private static byte[] Problem(string invocationId) => Convert.FromBase64String(invocationId[1..]);
}
