using System.Buffers;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.Json;
using Connectify.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Connectify.Server.Realtime.Hub;

/// <summary>
/// An event of an application, which is none of the chat's: <c>{"type":"order_shipped","order_id":7}</c> on plain sockets, the client
/// method <c>order_shipped</c> with <c>{"order_id":7}</c> for SignalR clients. It can't pass for an event of the chat.
/// </summary>
internal static class ApplicationEvent
{
    private const int MaxBytes = 65_536;
    private const int MaxNameLength = 64;
    private const byte RecordSeparator = 0x1e;

    private static readonly FrozenSet<string> Reserved = typeof(Frames).GetFields().Select(name => (string)name.GetRawConstantValue()!).ToFrozenSet();

    /// <param name="invocation">SignalR's JSON message, from any program.</param>
    /// <returns>The message for each kind of client.</returns>
    /// <exception cref="ArgumentException">It is none, or may not be sent; the message says why, for its sender.</exception>
    public static SerializedHubMessage Encode(ReadOnlyMemory<byte> invocation)
    {
        if (invocation.Length > MaxBytes) throw new ArgumentException($"An event has at most {MaxBytes} bytes.");
        using var document = Parse(invocation);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("target", out var target) || target.ValueKind != JsonValueKind.String || target.GetString() is not { } name
            || !root.TryGetProperty("arguments", out var arguments) || arguments.ValueKind != JsonValueKind.Array)
        {
            throw new ArgumentException("It is not an invocation.");
        }

        if (WhyNot(name, arguments) is { } reason) throw new ArgumentException(reason);
        var frame = FrameWriter.Text(name, Payload(arguments));
        var json = Invocation(name, arguments);
        return new SerializedHubMessage(
        [
            new SerializedMessage("json", json),
            new SerializedMessage("json-framed", FrameWriter.Text(json)),
            new SerializedMessage("connectify", frame),
            new SerializedMessage("connectify-flat", frame),
        ]);
    }

    private static string? WhyNot(string name, JsonElement arguments)
    {
        if (name.Length is 0 or > MaxNameLength || !name.All(c => c is '_' or (>= 'a' and <= 'z'))) return "An event's name consists of a-z and _, at most 64.";
        if (Reserved.Contains(name)) return $"The name {name} belongs to the chat's own events.";
        return IsObject(arguments) && arguments[0].TryGetProperty("type", out _) ? "An event has no property \"type\": that is its name." : null;
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> invocation)
    {
        try
        {
            return JsonDocument.Parse(invocation[..^(invocation.Span is [.., RecordSeparator] ? 1 : 0)]);
        }
        catch (JsonException e)
        {
            throw new ArgumentException("It is not JSON.", e);
        }
    }

    private static bool IsObject(JsonElement arguments) => arguments.GetArrayLength() == 1 && arguments[0].ValueKind == JsonValueKind.Object;

    private static byte[] Payload(JsonElement arguments)
    {
        if (arguments.GetArrayLength() == 0) return "{}"u8.ToArray();
        if (!IsObject(arguments)) return [.. "{\"arguments\":"u8, .. JsonMarshal.GetRawUtf8Value(arguments), (byte)'}'];
        return arguments[0].EnumerateObject().Any() ? JsonMarshal.GetRawUtf8Value(arguments[0]).ToArray() : "{}"u8.ToArray();
    }

    // Written anew: what a program sends may hold more than an invocation.
    private static byte[] Invocation(string name, JsonElement arguments)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Json.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteNumber("type", 1);
            json.WriteString("target", name);
            json.WritePropertyName("arguments");
            arguments.WriteTo(json);
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, RecordSeparator];
    }
}
