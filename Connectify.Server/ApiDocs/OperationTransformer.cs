using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Connectify.Server.ApiDocs;

/// <summary>Turns an endpoint's metadata into its OpenAPI operation.</summary>
internal static class OperationTransformer
{
    public static async Task Transform(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var (endpoint, document) = (context.Description, context.Document!);
        var metadata = endpoint.ActionDescriptor.EndpointMetadata;
        var body = metadata.OfType<AcceptedBody>().SingleOrDefault();
        var needsToken = metadata.OfType<IAuthorizeData>().Any();

        operation.OperationId = Name(endpoint.HttpMethod!, endpoint.RelativePath!);
        foreach (var parameter in operation.Parameters ?? []) Complete(parameter);
        foreach (var query in metadata.OfType<AcceptedQuery>()) (operation.Parameters ??= []).Add(Parameter(query));
        if (metadata.OfType<ReturnedFile>().Any()) AddFile(operation.Responses!);
        if (endpoint.HttpMethod == HttpMethods.Head) DropBodies(operation.Responses!);
        operation.Security = needsToken ? [new() { [new OpenApiSecuritySchemeReference(DocumentTransformer.Bearer, document)] = [] }] : [];
        if (body is not null) operation.RequestBody = await Body(body, context, cancellation);

        var isApi = endpoint.RelativePath!.StartsWith("api/", StringComparison.Ordinal);
        var fails = metadata.OfType<Failures>().SelectMany(failures => failures.Statuses)
            .Concat(body is null ? [] : [400, 413, 415])
            .Concat(!needsToken ? [] : [401, 429])
            .Concat(isApi ? [500, 503] : [])
            .Distinct().Order();
        foreach (var status in fails)
        {
            operation.Responses![status.ToString(CultureInfo.InvariantCulture)] = endpoint.HttpMethod == HttpMethods.Head
                ? new OpenApiResponse { Description = ErrorResponsesDocs.Describe(status) }
                : await ErrorResponsesDocs.Response(status, context, cancellation);
        }
    }

    // get /api/messaging/conversations/{id} becomes getConversationsById.
    private static string Name(string method, string path)
    {
        var words = path.Replace("api/accounts/", "", StringComparison.Ordinal).Replace("api/messaging/", "", StringComparison.Ordinal)
            .Split('/', '_', '-')
            .Select(word => word.StartsWith('{') ? $"by{char.ToUpperInvariant(word[1])}{word[2..].Split(':', '}')[0]}" : word)
            .Where(word => word.Length > 0);
        return method.ToLowerInvariant() + string.Concat(words.Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    private static void Complete(IOpenApiParameter parameter)
    {
        if (parameter.In == ParameterLocation.Path && parameter.Schema is OpenApiSchema schema) schema.Minimum = "1";
        if (parameter is OpenApiParameter { Name: "emoji" } emoji) emoji.Description = "Which; left out, all of one's own.";
    }

    private static OpenApiParameter Parameter(AcceptedQuery query) => new()
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

    private static async Task<OpenApiRequestBody> Body(AcceptedBody body, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var example = body.Type.GetCustomAttributes(typeof(ExampleAttribute), false) is [ExampleAttribute given] ? given.Json : null;
        var content = Json(await context.Reference(body.Type, cancellation), example);
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

    private static void AddFile(OpenApiResponses responses)
    {
        var bytes = new Dictionary<string, OpenApiMediaType>
        {
            ["*/*"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
        };
        responses["200"] = new OpenApiResponse { Description = "The bytes, with the content type found in them", Content = bytes };
        responses["206"] = new OpenApiResponse { Description = "The range asked for", Content = bytes };
        responses["304"] = new OpenApiResponse { Description = "As the client has it" };
    }

    private static void DropBodies(OpenApiResponses responses)
    {
        foreach (var response in responses.Values.OfType<OpenApiResponse>()) response.Content = null;
    }
}
