using Microsoft.OpenApi;

namespace Connectify.Server.ApiDocs;

internal static class DescriptionSetup
{
    public static void AddDescription(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Documents>();
        builder.Services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;

            // What is under /ws is in the other document.
            options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("ws/", StringComparison.Ordinal) == false;
            options.CreateSchemaReferenceId = SchemaNames.Of;
            options.AddSchemaTransformer(TidySchemas.Transform);
            options.AddOperationTransformer(DescribedOperations.Transform);
            options.AddDocumentTransformer(DescribedDocument.Transform);
        });
    }

    public static void MapDescription(this WebApplication app)
    {
        var description = app.MapGroup("").ExcludeFromDescription();
        description.MapGet("/openapi/v1.json", async (Documents documents) => TypedResults.Bytes(await documents.Rest, "application/json"));
        description.MapGet("/asyncapi.json", async (Documents documents) => TypedResults.Bytes(await documents.Sockets, "application/json"));
        description.MapReferencePage();
    }
}
