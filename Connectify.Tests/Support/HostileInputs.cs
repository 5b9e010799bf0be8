using System.Text;

namespace Connectify.Tests.Support;

/// <summary>What nobody sends by mistake.</summary>
public static class HostileInputs
{
    /// <summary>JSON values that are no positive 64-bit id.</summary>
    public static readonly string[] Ids =
    [
        "0", "-1", "1.5", "1e400", "\"1\"", "\"abc\"", "true", "[1]", "{\"id\":1}", "9223372036854775808", "18446744073709551616", "1E2000000000",
    ];

    /// <summary>Bodies that are no JSON object.</summary>
    public static readonly string[] Bodies =
    [
        "", "null", "[]", "1", "\"text\"", "{", "{\"a\":NaN}", "{\"a\":1,}", "{a:1}", "\u0000", "{\"\\ud800\":1}", new string('[', 10_000),
    ];

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
