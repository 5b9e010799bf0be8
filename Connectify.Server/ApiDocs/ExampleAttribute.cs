using System.Text.Json.Nodes;

namespace Connectify.Server.ApiDocs;

/// <summary>A body as the documents print it.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExampleAttribute(string json) : Attribute
{
    public JsonNode Json => JsonNode.Parse(json)!;
}
