using System.Buffers;
using System.Text.Json;

namespace Connectify.Protocol;

/// <summary>
/// The second documented form of a new message: its fields at the top level, <c>id</c> as
/// <c>message_id</c> and <c>created_at</c> as <c>timestamp</c>.
/// </summary>
internal static class FlatMessage
{
    public static byte[] From(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        var nested = JsonElement.ParseValue(ref reader);
        var buffer = new ArrayBufferWriter<byte>(payload.Length + 64);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();

            // One that is no change of the stream has no seq to count.
            var isChange = nested.TryGetProperty("seq", out _);
            foreach (var field in nested.GetProperty("message").EnumerateObject())
            {
                if (field.Name == "seq" && !isChange) continue;
                json.WritePropertyName(field.Name switch { "id" => "message_id", "created_at" => "timestamp", var name => name });
                field.Value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
