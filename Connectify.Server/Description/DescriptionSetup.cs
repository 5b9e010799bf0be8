using Microsoft.OpenApi;

namespace Connectify.Server.Description;

internal static class DescriptionSetup
{
    public static void AddDescription(this WebApplicationBuilder builder)
        => builder.Services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;

            // What is under /ws is described by /asyncapi.json.
            options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("ws/", StringComparison.Ordinal) == false;
            options.CreateSchemaReferenceId = SchemaNames.Of;
            options.AddSchemaTransformer(TidySchemas.Transform);
            options.AddOperationTransformer(DescribedOperations.Transform);
            options.AddDocumentTransformer(DescribedDocument.Transform);
        });

    public static void MapDescription(this WebApplication app) => app.MapOpenApi("/openapi/v1.json");
}
