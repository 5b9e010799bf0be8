using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Connectify.Server.ApiDocs;

/// <summary>Schema names: <c>Message</c> for <c>MessageView</c>.</summary>
internal static class SchemaNames
{
    public static string? Of(JsonTypeInfo type) => type.Type switch
    {
        // Inlined: too small for a schema of its own.
        var moment when moment == typeof(Timestamp) => null,
        var named when Attribute.GetCustomAttribute(named, typeof(SchemaNameAttribute), inherit: false) is SchemaNameAttribute given => given.Name,
        _ => OpenApiOptions.CreateDefaultSchemaReferenceId(type)?.Replace("View", "", StringComparison.Ordinal),
    };
}

/// <summary>Corrects the generated schemas to match what the server writes.</summary>
internal static class SchemaTransformer
{
    public static Task Transform(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = context.JsonTypeInfo;
        if (type.Type == typeof(Timestamp)) IsMoment(schema);
        else if (type.Type == typeof(long) || type.Type == typeof(long?) || type.Type == typeof(int)) IsInteger(schema);
        else if (type.Kind == JsonTypeInfoKind.Object) RequireWhatIsAlwaysThere(schema, type);
        if (context.JsonPropertyInfo?.AttributeProvider is { } property
            && property.GetCustomAttributes(typeof(AllowedValuesAttribute), true) is [AllowedValuesAttribute allowed])
        {
            schema.Enum = [.. allowed.Values.Select(value => (JsonNode)JsonValue.Create((string)value!))];
        }

        return Task.CompletedTask;
    }

    private static void IsMoment(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.String;
        schema.Format = "date-time";
        schema.Description = "UTC, to the millisecond.";
        schema.Properties?.Clear();
    }

    // The framework would also accept quoted numbers, and document them.
    private static void IsInteger(OpenApiSchema schema)
    {
        schema.Type = (schema.Type & JsonSchemaType.Null) | JsonSchemaType.Integer;
        schema.Pattern = null;
    }

    // Responses always have all their properties. Request bodies are records: their constructors define what is required.
    private static void RequireWhatIsAlwaysThere(OpenApiSchema schema, JsonTypeInfo type)
    {
        if (type.Properties.Any(property => property.AssociatedParameter is not null))
        {
            schema.Required = Names(type.Properties.Where(property => property.AssociatedParameter is { HasDefaultValue: false }));
        }
        else
        {
            schema.Required = Names(type.Properties.Where(property => property.ShouldSerialize is null));
        }
    }

    private static HashSet<string> Names(IEnumerable<JsonPropertyInfo> properties) => [.. properties.Select(property => property.Name)];
}
