namespace Connectify.Server.ApiDocs;

/// <summary>Names a type's schema in <c>/openapi/v1.json</c>, where its class name would be ambiguous.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class SchemaNameAttribute(string name) : Attribute
{
    public string Name => name;
}
