using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Connectify.Protocol;
using Microsoft.Extensions.Primitives;

namespace Connectify.Server.Http;

/// <summary>
/// The fields of a request body, a JSON object or a form. Each getter records its field's error and returns a
/// harmless value; <see cref="Rejection"/> then reports all errors at once.
/// </summary>
internal sealed class Fields
{
    private readonly Dictionary<string, JsonElement> _json = [];
    private readonly Dictionary<string, StringValues> _form = [];
    private readonly Dictionary<string, string[]> _errors = [];

    private Fields()
    {
    }

    /// <summary>The errors of the fields read so far; null without errors.</summary>
    public Rejection? Rejection => _errors.Count == 0
        ? null
        : Rejection.BadRequest("invalid", $"{_errors.First().Key}: {_errors.First().Value[0]}") with { Errors = _errors };

    /// <summary>Reads a JSON body of at most 1 MiB.</summary>
    public static async Task<Outcome<Fields>> ReadJson(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            // No body at all has no wrong type either: it is no JSON object.
            if (request.ContentType is null && request.ContentLength is null or 0) return FromJson(default);
            return new Rejection(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send application/json");
        }

        var body = await RequestLimits.Read(request);
        return body.IsRejected(out var rejection, out var utf8) ? rejection : FromJson(utf8);
    }

    /// <summary>Reads a JSON object from UTF-8.</summary>
    public static Outcome<Fields> FromJson(ReadOnlyMemory<byte> utf8)
    {
        var malformed = Rejection.BadRequest("malformed_json", "The body is not a JSON object");
        if (!Utf8.IsValid(utf8.Span)) return malformed;
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = Json.MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object) return malformed;
            var fields = new Fields();
            foreach (var property in document.RootElement.Clone().EnumerateObject()) fields._json[property.Name] = property.Value;
            return fields;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a property name with half a surrogate pair.
            return malformed;
        }
    }

    /// <summary>The text parts of a form; a name may be spelled <c>name[]</c>.</summary>
    public static Fields FromForm(IEnumerable<KeyValuePair<string, string>> parts)
    {
        var fields = new Fields();
        foreach (var field in parts.GroupBy(part => part.Key.EndsWith("[]", StringComparison.Ordinal) ? part.Key[..^2] : part.Key))
        {
            fields._form[field.Key] = field.Select(part => part.Value).ToArray();
        }

        return fields;
    }

    /// <summary>Whether the body has the field, be it null.</summary>
    public bool Has(string name) => _json.ContainsKey(name) || _form.ContainsKey(name);

    /// <summary>Whether the field is there and JSON null (an empty value in a form).</summary>
    public bool IsNull(string name)
        => _json.TryGetValue(name, out var value) ? value.ValueKind == JsonValueKind.Null
            : _form.TryGetValue(name, out var parts) && parts.ToString().Length == 0;

    /// <summary>Whether the field is absent, null or an empty list.</summary>
    public bool IsEmpty(string name)
        => !Has(name) || IsNull(name) || (_json.TryGetValue(name, out var value) && value is { ValueKind: JsonValueKind.Array } && value.GetArrayLength() == 0);

    /// <summary>A text of at most <paramref name="max"/> UTF-16 code units without NUL; null when absent or null.</summary>
    public string? Text(string name, int max)
    {
        if (!TryText(name, out var text)) return AddError<string>(name, "Must be a text");
        if (text is null) return null;
        if (text.Length > max) return AddError<string>(name, $"Must be at most {max} characters");
        return text.Contains('\0', StringComparison.Ordinal) ? AddError<string>(name, "Must not contain NUL") : text;
    }

    /// <summary>As <see cref="Text"/>, but needed, and more than white space.</summary>
    public string RequiredText(string name, int max)
    {
        var text = Text(name, max);
        if (string.IsNullOrWhiteSpace(text) && !_errors.ContainsKey(name)) AddError<string>(name, "This field is required");
        return text ?? "";
    }

    /// <summary>A positive 64-bit id; null when absent or null.</summary>
    public long? Id(string name)
    {
        // In a form "null" too: FormData.append("reply_to", null) sends the word.
        if (!Has(name) || IsNull(name) || (_form.TryGetValue(name, out var parts) && parts == "null")) return null;
        var found = _json.TryGetValue(name, out var value) ? JsonScalars.TryId(value, out var id) : TryId(_form[name].ToString(), out id);
        return found ? id : AddError<long?>(name, "Must be a positive integer");
    }

    /// <summary>As <see cref="Id"/>, but needed.</summary>
    public long RequiredId(string name)
        => Id(name) ?? (_errors.ContainsKey(name) ? 0 : AddError<long>(name, "This field is required"));

    /// <summary>A list of ids, each once, in the order given; empty when absent or null.</summary>
    public long[] Ids(string name, int max)
    {
        if (!Has(name) || IsNull(name)) return [];
        var ids = new List<long>();
        if (_json.TryGetValue(name, out var value))
        {
            if (value.ValueKind != JsonValueKind.Array) return AddError<long[]>(name, "Must be a list of ids") ?? [];
            foreach (var element in value.EnumerateArray()) ids.Add(JsonScalars.TryId(element, out var id) ? id : 0);
        }
        else
        {
            foreach (var part in _form[name]) ids.Add(TryId(part, out var id) ? id : 0);
        }

        if (ids.Contains(0)) return AddError<long[]>(name, "Must be a list of positive integers") ?? [];
        return ids.Count > max ? AddError<long[]>(name, $"Must be at most {max} ids") ?? [] : [.. ids.Distinct()];
    }

    /// <summary>A list of short texts; empty when absent or null.</summary>
    public string[] Texts(string name, int max)
    {
        if (!Has(name) || IsNull(name)) return [];
        if (_form.TryGetValue(name, out var parts)) return [.. parts.Select(part => part ?? "").Take(max + 1)];
        var value = _json[name];
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(element => JsonScalars.TryText(element, out _))
            ? [.. value.EnumerateArray().Take(max + 1).Select(element => element.GetString()!)]
            : AddError<string[]>(name, "Must be a list of texts") ?? [];
    }

    /// <summary>Notes a fault found by a rule beyond these getters.</summary>
    public void AddError(string name, string sentence) => _errors.TryAdd(name, [sentence]);

    private T? AddError<T>(string name, string sentence)
    {
        AddError(name, sentence);
        return default;
    }

    private bool TryText(string name, out string? text)
    {
        text = null;
        if (_form.TryGetValue(name, out var parts))
        {
            text = parts.ToString();
            return parts.Count == 1;
        }

        return !_json.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null || JsonScalars.TryText(value, out text);
    }

    private static bool TryId(string? text, out long id)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;
}
