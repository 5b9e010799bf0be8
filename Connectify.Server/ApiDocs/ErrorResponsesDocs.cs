using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Connectify.Server.ApiDocs;

/// <summary>The answers that are no success, each described once.</summary>
internal static class ErrorResponsesDocs
{
    /// <summary>A reference to the answer with this status.</summary>
    public static async Task<OpenApiResponseReference> Response(int status, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var (name, header) = status switch
        {
            400 => ("Invalid", null),
            401 => ("NotAuthenticated", "WWW-Authenticate"),
            403 => ("Forbidden", null),
            404 => ("NotFound", null),
            413 => ("TooLarge", null),
            415 => ("UnsupportedMediaType", null),
            416 => ("NoSuchRange", null),
            429 => ("TooOften", "Retry-After"),
            500 => ("Fault", null),
            503 => ("Unavailable", "Retry-After"),
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Give it a name here."),
        };
        context.Document!.AddComponent(name, new OpenApiResponse
        {
            Description = Describe(status),
            Headers = header is null ? null : new Dictionary<string, IOpenApiHeader> { [header] = Text },
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = await context.Reference(typeof(Error), cancellation) },
            },
        });
        return new OpenApiResponseReference(name, context.Document);
    }

    public static string Describe(int status) => status switch
    {
        400 => "The request is invalid; `errors` names the fields",
        401 => "No token, or one that is bad or expired",
        403 => "Not allowed",
        404 => "No such thing for the caller",
        413 => "Too large",
        415 => "Not a content type that is taken here",
        416 => "The file has no such range",
        429 => "Too often; see `Retry-After`",
        500 => "A fault of the server's; `trace_id` finds it in the log",
        _ => "The server can't right now; see `Retry-After`",
    };

    /// <summary>The schema of a type among the document's components.</summary>
    public static async Task<OpenApiSchemaReference> Reference(this OpenApiOperationTransformerContext context, Type type, CancellationToken cancellation)
    {
        context.Document!.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellation));
        return new OpenApiSchemaReference(type.Name, context.Document);
    }

    private static OpenApiHeader Text => new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}

/// <summary>Why not.</summary>
/// <param name="Detail">For people.</param>
/// <param name="Code">For programs.</param>
/// <param name="Errors">The sentences for each field at fault.</param>
/// <param name="ConversationId">With the code conversation_exists.</param>
/// <param name="TraceId">With the status 500.</param>
internal sealed record Error(
    string Detail, string Code, IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors = null, long? ConversationId = null, string? TraceId = null);
