using System.Globalization;
using System.Text.Json;

namespace Connectify.Protocol;

/// <summary>
/// The fields of a JSON object from a client: a frame or a request body. Each getter records its field's error and
/// returns a harmless value; nothing but a field's name that is no Unicode text makes it throw.
/// </summary>
/// <param name="json">A JSON object.</param>
/// <param name="isForm">It stands for a form: null is an empty text, an id a text of digits, and a list of one a single text.</param>
public class JsonFields(JsonElement json, bool isForm = false)
{
    internal const string Required = "This field is required";

    private Dictionary<string, string[]>? _errors;

    /// <summary>The errors of the fields read so far, by field, in the order of reading; null without errors.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors => _errors;

    /// <summary>The first error with its field's name; null without errors.</summary>
    public string? FirstError => _errors?.First() is { } error ? $"{error.Key}: {error.Value[0]}" : null;

    /// <summary>Whether the field is there, be it null.</summary>
    public bool Has(string name) => json.TryGetProperty(name, out _);

    /// <summary>Whether the field is there and null.</summary>
    public bool IsNull(string name)
        => json.TryGetProperty(name, out var value) && (value.ValueKind == JsonValueKind.Null || (isForm && value is { ValueKind: JsonValueKind.String } text && text.ValueEquals("")));

    /// <summary>Whether the field is absent or null.</summary>
    public bool IsMissing(string name) => !Has(name) || IsNull(name);

    /// <summary>Whether the field is absent, null or an empty list.</summary>
    public bool IsEmpty(string name)
        => IsMissing(name) || (json.GetProperty(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0);

    /// <summary>A text of any length; null when absent or null.</summary>
    public string? Text(string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return TryText(value, out var text) ? text : AddError<string>(name, "Must be a text");
    }

    /// <summary>A text of at most <paramref name="max"/> UTF-16 code units without NUL; null when absent or null.</summary>
    public string? Text(string name, int max)
    {
        if (Text(name) is not { } text) return null;
        if (text.Length > max) return AddError<string>(name, $"Must be at most {max} characters");
        return text.Contains('\0', StringComparison.Ordinal) ? AddError<string>(name, "Must not contain NUL") : text;
    }

    /// <summary>As <see cref="Text(string, int)"/>, but needed, and more than white space.</summary>
    public string RequiredText(string name, int max)
    {
        var text = Text(name, max);
        if (string.IsNullOrWhiteSpace(text)) AddError(name, Required);
        return text ?? "";
    }

    /// <summary>true or false, needed.</summary>
    public bool RequiredFlag(string name)
        => json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : AddError<bool>(name, "Must be true or false");

    /// <summary>A positive 64-bit id; null when absent or null.</summary>
    public long? Id(string name)
    {
        // In a form "null" too: FormData.append("reply_to", null) sends the word.
        if (IsMissing(name) || (isForm && Text(name) == "null")) return null;
        return TryId(json.GetProperty(name), out var id) ? id : AddError<long?>(name, "Must be a positive integer");
    }

    /// <summary>As <see cref="Id"/>, but needed.</summary>
    public long RequiredId(string name) => Id(name) ?? AddError<long>(name, Required);

    /// <summary>A list of ids, each once, in the order given; empty when absent or null.</summary>
    public long[] Ids(string name, int max)
    {
        if (IsMissing(name) || List(name, max, "ids") is not { } list) return [];
        var ids = new HashSet<long>(list.Count);
        foreach (var element in list)
        {
            if (!TryId(element, out var id)) return AddError<long[]>(name, "Must be a list of positive integers") ?? [];
            ids.Add(id);
        }

        return [.. ids];
    }

    /// <summary>As <see cref="Ids"/>, but at least one.</summary>
    public long[] RequiredIds(string name, int max)
    {
        var ids = Ids(name, max);
        if (ids.Length == 0) AddError(name, Required);
        return ids;
    }

    /// <summary>The first <paramref name="max"/> of a list of texts, and one more if there are more; empty when absent or null.</summary>
    public string[] Texts(string name, int max)
    {
        if (IsMissing(name) || List(name, int.MaxValue, "texts") is not { } list) return [];
        return list.All(element => TryText(element, out _))
            ? [.. list.Take(max + 1).Select(element => element.GetString()!)]
            : AddError<string[]>(name, "Must be a list of texts") ?? [];
    }

    /// <summary>A list of JSON values, needed, but it may be empty.</summary>
    public IReadOnlyList<JsonElement> RequiredList(string name, int max) => List(name, max, "objects") ?? [];

    /// <summary>Notes an error found by a rule beyond these getters. A field's first error stays.</summary>
    public void AddError(string name, string sentence) => (_errors ??= []).TryAdd(name, [sentence]);

    // Half a surrogate pair (\ud800) is no text.
    internal static bool TryText(JsonElement value, out string? text)
    {
        text = null;
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private bool TryId(JsonElement value, out long id)
    {
        id = 0;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt64(out id) && id > 0,
            JsonValueKind.String when isForm => long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0,
            _ => false,
        };
    }

    private IReadOnlyList<JsonElement>? List(string name, int max, string what)
    {
        json.TryGetProperty(name, out var list);
        if (isForm && list.ValueKind == JsonValueKind.String) return [list];
        if (list.ValueKind != JsonValueKind.Array) return AddError<JsonElement[]>(name, $"Must be a list of {what}");
        return list.GetArrayLength() > max ? AddError<JsonElement[]>(name, $"Must be at most {max} {what}") : [.. list.EnumerateArray()];
    }

    private T? AddError<T>(string name, string sentence)
    {
        AddError(name, sentence);
        return default;
    }
}
