namespace Connectify.Server.Kernel;

/// <summary>A clear no: an error body over REST, an error frame on a plain socket, a HubException for SignalR.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">For programs: snake_case, listed in docs/errors.md.</param>
/// <param name="Detail">For people: the documents' sentence where they give one.</param>
internal sealed record Rejection(int Status, string Code, string Detail)
{
    /// <summary>The sentences for each field at fault.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Documented extras of the body, such as <c>conversation_id</c>.</summary>
    public IReadOnlyDictionary<string, object>? Extras { get; init; }

    /// <summary>When to try again, for 429 and 503.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static Rejection BadRequest(string code, string detail) => new(StatusCodes.Status400BadRequest, code, detail);

    public static Rejection Forbidden(string code, string detail) => new(StatusCodes.Status403Forbidden, code, detail);

    public static Rejection NotFound(string code, string detail) => new(StatusCodes.Status404NotFound, code, detail);

    /// <summary>A single field at fault, which also gives the sentence.</summary>
    public static Rejection Field(string field, string code, string detail)
        => BadRequest(code, detail) with { Errors = new Dictionary<string, string[]> { [field] = [detail] } };

    public static Rejection DatabaseUnavailable { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "database_unavailable", "The database is away, please try again")
    { RetryAfter = TimeSpan.FromSeconds(2) };

    public static Rejection Overloaded { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "overloaded", "The server is too busy, please try again")
    { RetryAfter = TimeSpan.FromSeconds(10) };
}
