using System.Text.Json;

namespace Connectify.Protocol;

/// <summary>The fields of one frame. The first thing that is wrong becomes its <see cref="Problem"/>.</summary>
internal sealed class FrameFields
{
    private readonly JsonElement _json;
    private string? _fault;

    public FrameFields(JsonElement json)
    {
        _json = json;
        if (json.ValueKind != JsonValueKind.Object) Fault("A JSON object is expected");
    }

    /// <summary>Told along with the problem, so that the client knows which of its messages it is.</summary>
    public string? ClientMessageId { get; set; }

    public FrameProblem? Problem => _fault is null ? null : new FrameProblem("invalid_frame", _fault, ClientMessageId);

    public void Fault(string sentence) => _fault ??= sentence;

    /// <summary>Whether the field is there and not null.</summary>
    public bool Has(string name)
        => _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Whether the frame is called <paramref name="type"/>.</summary>
    public bool IsOfType(string type) => Has("type") && JsonScalars.TryText(_json.GetProperty("type"), out var name) && name == type;

    public string? Text(string name, bool isRequired)
    {
        if (!Has(name)) return isRequired ? Fault<string>($"{name} is required") : null;
        return JsonScalars.TryText(_json.GetProperty(name), out var text) ? text : Fault<string>($"{name} must be a text");
    }

    public bool Flag(string name)
    {
        var value = Has(name) ? _json.GetProperty(name).ValueKind : JsonValueKind.Undefined;
        return value is JsonValueKind.True or JsonValueKind.False ? value == JsonValueKind.True : Fault<bool>($"{name} must be true or false");
    }

    public long? Id(string name, bool isRequired)
    {
        if (!Has(name)) return isRequired ? Fault<long?>($"{name} is required") : null;
        return JsonScalars.TryId(_json.GetProperty(name), out var id) ? id : Fault<long?>($"{name} must be a positive integer");
    }

    public long[] Ids(string name, int max)
    {
        if (!Has(name)) return Fault<long[]>($"{name} is required") ?? [];
        var list = _json.GetProperty(name);
        if (list.ValueKind != JsonValueKind.Array) return Fault<long[]>($"{name} must be a list of ids") ?? [];
        if (list.GetArrayLength() == 0 || list.GetArrayLength() > max) return Fault<long[]>($"{name} must have 1 to {max} ids") ?? [];
        var ids = new HashSet<long>();
        foreach (var element in list.EnumerateArray())
        {
            if (!JsonScalars.TryId(element, out var id)) return Fault<long[]>($"{name} must be a list of positive integers") ?? [];
            ids.Add(id);
        }

        return [.. ids];
    }

    public IReadOnlyList<JsonElement> Objects(string name, int max)
    {
        if (!Has(name) || _json.GetProperty(name) is not { ValueKind: JsonValueKind.Array } list)
        {
            return Fault<JsonElement[]>($"{name} must be a list") ?? [];
        }

        return list.GetArrayLength() <= max ? [.. list.EnumerateArray()] : Fault<JsonElement[]>($"{name} must have at most {max} entries") ?? [];
    }

    /// <summary>A count of changes; garbage is not a fault, but a position that can't be resumed from.</summary>
    public long? Seq(string name)
    {
        if (!Has(name)) return null;
        var value = _json.GetProperty(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seq) && seq >= 0 ? seq : JoinFrame.NoSuchSeq;
    }

    /// <summary>The chat the frame names, or null when it names none.</summary>
    public ChatName? Chat()
    {
        var conversation = Id("conversation_id", isRequired: false);
        var group = Id("group_chat_id", isRequired: false);
        if (conversation is not null && group is not null) Fault("Name either conversation_id or group_chat_id");
        return conversation is null && group is null ? null : new ChatName(conversation, group);
    }

    private T? Fault<T>(string sentence)
    {
        Fault(sentence);
        return default;
    }
}
