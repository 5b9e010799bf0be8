using System.Text.Json;
using System.Text.Unicode;
using Connectify.Protocol;

namespace Connectify.Server.Http;

/// <summary>The fields of a request body, a JSON object or a form.</summary>
internal sealed class Fields : JsonFields
{
    private Fields(JsonElement json, bool isForm)
        : base(json, isForm)
    {
    }

    /// <summary>The errors of the fields read so far; null without errors.</summary>
    public Rejection? Rejection => FirstError is { } error ? Rejection.BadRequest("invalid", error) with { Errors = Errors } : null;

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

    /// <summary>As <see cref="ReadJson"/>, where there may be no body: anything but JSON counts as none.</summary>
    public static async Task<Outcome<Fields>> ReadJsonIfAny(HttpRequest request)
    {
        if (!request.HasJsonContentType()) return FromForm([]);
        var body = await RequestLimits.Read(request);
        if (body.IsRejected(out var rejection, out var utf8)) return rejection;

        // Clients name the type whether or not they send anything.
        return utf8.IsEmpty ? FromForm([]) : FromJson(utf8);
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

            // A name with half a surrogate pair throws here, not in a getter.
            foreach (var property in document.RootElement.EnumerateObject()) _ = property.Name;
            return new Fields(document.RootElement.Clone(), isForm: false);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return malformed;
        }
    }

    /// <summary>The text parts of a form; a name may be spelled <c>name[]</c>.</summary>
    public static Fields FromForm(IEnumerable<KeyValuePair<string, string>> parts)
    {
        var fields = parts.GroupBy(part => part.Key.EndsWith("[]", StringComparison.Ordinal) ? part.Key[..^2] : part.Key, part => part.Value)
            .ToDictionary(field => field.Key, field => field.Count() == 1 ? (object)field.First() : field);
        return new Fields(JsonSerializer.SerializeToElement(fields), isForm: true);
    }
}
