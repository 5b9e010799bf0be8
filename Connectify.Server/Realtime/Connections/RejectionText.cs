using System.Globalization;

namespace Connectify.Server.Realtime.Connections;

/// <summary>What a <c>HubException</c> says of a refusal: it carries nothing but a text.</summary>
internal static class RejectionText
{
    /// <summary>
    /// The sentence, and where there is a time to wait, <c>(retry_after_ms: 1250)</c> at its end: the same number as in an error
    /// frame.
    /// </summary>
    public static string Of(Rejection rejection) => rejection.RetryAfter is { } wait
        ? string.Create(CultureInfo.InvariantCulture, $"{rejection.Detail} (retry_after_ms: {Math.Ceiling(wait.TotalMilliseconds)})")
        : rejection.Detail;
}
