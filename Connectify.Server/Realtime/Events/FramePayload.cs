using System.Buffers;
using System.Text.Json;

namespace Connectify.Server.Realtime.Events;

/// <summary>Encodes the payload of a frame about a chat: which chat, its seq where the change is stored, and the rest.</summary>
internal static class FramePayload
{
    /// <param name="chat">The chat.</param>
    /// <param name="seq">The change's number; 0 for what isn't stored.</param>
    /// <param name="rest">The frame's own properties: the public ones of an object; null ones are written too.</param>
    public static byte[] Of(ChatRef chat, long seq, object rest)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Json.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteNumber(chat.IdField, chat.Id);
            if (seq > 0) json.WriteNumber("seq", seq);
            json.WriteEndObject();
        }

        // {chat} + {rest}: two objects made one.
        var own = JsonSerializer.SerializeToUtf8Bytes(rest, rest.GetType(), Json.Options);
        if (own.Length == 2) return buffer.WrittenSpan.ToArray();
        var joined = new byte[buffer.WrittenCount + own.Length - 1];
        buffer.WrittenSpan.CopyTo(joined);
        joined[buffer.WrittenCount - 1] = (byte)',';
        own.AsSpan(1).CopyTo(joined.AsSpan(buffer.WrittenCount));
        return joined;
    }
}
