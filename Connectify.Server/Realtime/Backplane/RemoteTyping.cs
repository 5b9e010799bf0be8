using System.Text.Json;
using System.Text.Json.Nodes;
using Connectify.Protocol;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>Who is typing on which other node. A node that dies can't say that they stopped.</summary>
internal sealed class RemoteTyping
{
    private const int MaxKept = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(long Node, long ChatId, long UserId), ChatEvent> _typing = [];

    public void Note(long node, ChatEvent happened)
    {
        if (happened.Name != Frames.Typing) return;
        var isTyping = JsonSerializer.Deserialize<JsonElement>(happened.Json.Span).TryGetProperty("is_typing", out var value)
            && value.ValueKind == JsonValueKind.True;
        lock (_gate)
        {
            // Who types is whom the frame isn't for.
            var key = (node, happened.ChatId, happened.ExceptUser);
            if (!isTyping) _typing.Remove(key);
            else if (_typing.Count < MaxKept) _typing[key] = happened;
        }
    }

    /// <returns>What the node would have told, had it stopped in good order.</returns>
    public IReadOnlyList<ChatEvent> TakeStops(long node)
    {
        lock (_gate)
        {
            var stranded = _typing.Where(typing => typing.Key.Node == node).ToList();
            foreach (var typing in stranded) _typing.Remove(typing.Key);
            return stranded.ConvertAll(typing => typing.Value with { Json = Ended(typing.Value.Json) });
        }
    }

    private static byte[] Ended(ReadOnlyMemory<byte> json)
    {
        var payload = JsonNode.Parse(json.Span)!.AsObject();
        payload["is_typing"] = false;
        return JsonSerializer.SerializeToUtf8Bytes(payload, Json.Options);
    }
}
