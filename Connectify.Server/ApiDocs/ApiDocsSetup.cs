using Microsoft.OpenApi;

namespace Connectify.Server.ApiDocs;

internal static class ApiDocsSetup
{
    public static void AddApiDocs(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiDocuments>();
        builder.Services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;

            // /asyncapi.json describes the paths under /ws.
            options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("ws/", StringComparison.Ordinal) == false;
            options.CreateSchemaReferenceId = SchemaNames.Of;
            options.AddSchemaTransformer(SchemaTransformer.Transform);
            options.AddOperationTransformer(OperationTransformer.Transform);
            options.AddDocumentTransformer(DocumentTransformer.Transform);
        });
    }

    public static void MapApiDocs(this WebApplication app)
    {
        var description = app.MapGroup("").ExcludeFromDescription();
        description.MapGet("/openapi/v1.json", async (ApiDocuments documents, HttpRequest request) => TypedResults.Bytes(await documents.Rest(request.PathBase), "application/json"));
        description.MapGet("/asyncapi.json", async (ApiDocuments documents, HttpRequest request) => TypedResults.Bytes(await documents.Sockets(request.PathBase), "application/json"));
        description.MapReferencePage();
    }
}
