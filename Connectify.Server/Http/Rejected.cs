using System.Globalization;
using System.Text.Json.Nodes;

namespace Connectify.Server.Http;

/// <summary>A rejection as an HTTP response.</summary>
internal sealed class Rejected(Rejection rejection) : IResult
{
    public static implicit operator Rejected(Rejection rejection) => new(rejection);

    public Task ExecuteAsync(HttpContext httpContext) => Write(httpContext.Response, rejection);

    public static Task Write(HttpResponse response, Rejection rejection, string? traceId = null)
    {
        var body = new JsonObject { ["detail"] = rejection.Detail, ["code"] = rejection.Code };
        if (traceId is not null) body["trace_id"] = traceId;
        foreach (var (name, value) in rejection.Extras ?? new Dictionary<string, object>()) body[name] = JsonValue.Create(value);
        if (rejection.Errors is { } errors)
        {
            body["errors"] = new JsonObject(errors.Select(error => KeyValuePair.Create<string, JsonNode?>(
                error.Key, new JsonArray([.. error.Value.Select(sentence => (JsonNode)sentence)]))));
        }

        ApiHeaders.Set(response);
        response.StatusCode = rejection.Status;
        if (rejection.Status == StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0) response.Headers.WWWAuthenticate = "Bearer";
        if (rejection.RetryAfter is { } wait)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return response.WriteAsJsonAsync(body, response.HttpContext.RequestAborted);
    }
}
