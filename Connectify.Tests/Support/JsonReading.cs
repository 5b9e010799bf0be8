using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Connectify.Tests.Support;

/// <summary>Short words for what tests read out of JSON all the time.</summary>
public static class JsonReading
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static long Id(this JsonElement element) => element.Number("id");

    public static long Number(this JsonElement element, string name) => element.Part(name).GetInt64();

    public static string Text(this JsonElement element, string name) => element.Part(name).GetString() ?? "";

    public static bool Flag(this JsonElement element, string name) => element.Part(name).GetBoolean();

    public static bool Has(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

    public static bool IsNull(this JsonElement element, string name) => element.Part(name).ValueKind == JsonValueKind.Null;

    /// <summary>A property that has to be there: without it the test shows the whole element.</summary>
    public static JsonElement Part(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            ? value
            : throw new KeyNotFoundException($"No property {name} in {element}");

    /// <summary>The elements of a list.</summary>
    public static List<JsonElement> Items(this JsonElement element, string name) => [.. element.Part(name).EnumerateArray()];

    /// <summary>An anonymous object as JSON, its names in snake_case.</summary>
    public static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value, Plain);
}
