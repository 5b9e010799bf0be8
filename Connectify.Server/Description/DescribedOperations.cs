using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Connectify.Server.Description;

/// <summary>Turns what the map of an endpoint says into its operation.</summary>
internal static class DescribedOperations
{
    public static async Task Transform(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var (endpoint, document) = (context.Description, context.Document!);
        var metadata = endpoint.ActionDescriptor.EndpointMetadata;
        var body = metadata.OfType<TakenBody>().SingleOrDefault();
        var needsToken = metadata.OfType<IAuthorizeData>().Any();

        operation.OperationId = Name(endpoint.HttpMethod!, endpoint.RelativePath!);
        foreach (var parameter in operation.Parameters ?? []) Tidy(parameter);
        foreach (var query in metadata.OfType<TakenQuery>()) (operation.Parameters ??= []).Add(Parameter(query));
        if (metadata.OfType<GivenFile>().Any()) AddFile(operation.Responses!);
        if (endpoint.HttpMethod == HttpMethods.Head) DropBodies(operation.Responses!);
        if (needsToken) operation.Security = [new() { [new OpenApiSecuritySchemeReference(DescribedDocument.Bearer, document)] = [] }];
        if (body is not null) operation.RequestBody = await Body(body, context, cancellation);

        var isApi = endpoint.RelativePath!.StartsWith("api/", StringComparison.Ordinal);
        var fails = metadata.OfType<Failures>().SelectMany(failures => failures.Statuses)
            .Concat(body is null ? [] : [400, 413, 415])
            .Concat(!needsToken ? [] : [401, 429])
            .Concat(metadata.OfType<IAuthorizeData>().Any(who => who.Policy == Accounts.CallerPolicies.Active) ? [403] : [])
            .Concat(isApi ? [500, 503] : [])
            .Distinct().Order();
        var error = await Reference(typeof(Error), context, cancellation);
        var bodies = endpoint.HttpMethod == HttpMethods.Head ? null : Json(error, null);
        foreach (var status in fails)
        {
            operation.Responses![status.ToString(CultureInfo.InvariantCulture)] = Failures(status, bodies);
        }
    }

    // get /api/messaging/conversations/{id} becomes getConversationsById.
    private static string Name(string method, string path)
    {
        var words = path.Replace("api/accounts/", "", StringComparison.Ordinal).Replace("api/messaging/", "", StringComparison.Ordinal)
            .Split('/', '_', '-')
            .Select(word => word.StartsWith('{') ? $"by{char.ToUpperInvariant(word[1])}{word[2..].TrimEnd('}')}" : word)
            .Where(word => word.Length > 0);
        return method.ToLowerInvariant() + string.Concat(words.Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    private static void Tidy(IOpenApiParameter parameter)
    {
        if (parameter.In == ParameterLocation.Path && parameter.Schema is OpenApiSchema schema) schema.Minimum = "1";
        if (parameter is OpenApiParameter { Name: "emoji" } emoji) emoji.Description = "Which; left out, all of one's own.";
    }

    private static OpenApiParameter Parameter(TakenQuery query) => new()
    {
        Name = query.Name,
        In = ParameterLocation.Query,
        Description = query.Meaning,
        Schema = new OpenApiSchema
        {
            Type = query.Type,
            Format = query.Type == JsonSchemaType.Integer ? "int64" : null,
            Minimum = query.Type == JsonSchemaType.Integer ? "1" : null,
        },
    };

    private static async Task<OpenApiRequestBody> Body(TakenBody body, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var example = body.Type.GetCustomAttributes(typeof(ExampleAttribute), false) is [ExampleAttribute given] ? given.Json : null;
        var content = Json(await Reference(body.Type, context, cancellation), example);
        if (body.FileField is not null)
        {
            var form = await context.GetOrCreateSchemaAsync(body.Type, null, cancellation);
            var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
            form.Properties![body.FileField] = body.AreMany ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = file } : file;
            content["multipart/form-data"] = new OpenApiMediaType { Schema = form };
        }

        return new OpenApiRequestBody { Required = true, Content = content };
    }

    private static Dictionary<string, OpenApiMediaType> Json(IOpenApiSchema schema, JsonNode? example)
        => new() { ["application/json"] = new OpenApiMediaType { Schema = schema, Example = example } };

    private static async Task<OpenApiSchemaReference> Reference(Type type, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var schema = await context.GetOrCreateSchemaAsync(type, null, cancellation);
        context.Document!.AddComponent(type.Name, schema);
        return new OpenApiSchemaReference(type.Name, context.Document);
    }

    private static void AddFile(OpenApiResponses responses)
    {
        var bytes = new Dictionary<string, OpenApiMediaType>
        {
            ["application/octet-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
        };
        responses["200"] = new OpenApiResponse { Description = "The bytes, with the content type found in them", Content = bytes };
        responses["206"] = new OpenApiResponse { Description = "The range asked for", Content = bytes };
        responses["304"] = new OpenApiResponse { Description = "As the client has it" };
    }

    private static void DropBodies(OpenApiResponses responses)
    {
        foreach (var response in responses.Values.OfType<OpenApiResponse>()) response.Content = null;
    }

    private static OpenApiResponse Failures(int status, IDictionary<string, OpenApiMediaType>? content) => new()
    {
        Description = status switch
        {
            400 => "The request is invalid; `errors` tells which fields",
            401 => "No token, or one that is bad or expired",
            403 => "Not allowed",
            404 => "No such thing for the caller",
            413 => "Too large",
            415 => "Not a content type that is taken here",
            416 => "The file has no such range",
            429 => "Too often; see `Retry-After`",
            500 => "A fault of the server's; `trace_id` finds it in the log",
            _ => "The server can't right now; see `Retry-After`",
        },
        Content = content,
        Headers = Header(status switch { 401 => "WWW-Authenticate", 429 or 503 => "Retry-After", _ => null }),
    };

    private static Dictionary<string, IOpenApiHeader>? Header(string? name)
        => name is null ? null : new() { [name] = new OpenApiHeader { Schema = new OpenApiSchema { Type = JsonSchemaType.String } } };
}

/// <summary>Why not. Some have more: the conversation that exists already, for instance.</summary>
/// <param name="Detail">For people.</param>
/// <param name="Code">For programs.</param>
/// <param name="Errors">The sentences for each field at fault.</param>
/// <param name="ConversationId">With the code conversation_exists.</param>
/// <param name="TraceId">With the status 500.</param>
internal sealed record Error(
    string Detail, string Code, IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors = null, long? ConversationId = null, string? TraceId = null);
