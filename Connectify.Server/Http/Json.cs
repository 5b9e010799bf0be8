using System.Text.Encodings.Web;
using System.Text.Json;

namespace Connectify.Server.Http;

/// <summary>How JSON is written everywhere: snake_case, and text as it is, not as \u escapes.</summary>
internal static class Json
{
    /// <summary>The deepest nesting accepted from clients.</summary>
    public const int MaxDepth = 32;

    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions());

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower;

        // Never embedded in HTML; a quote inside a string still is escaped, which PublicUrls relies on.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.MaxDepth = MaxDepth;
        return options;
    }
}
