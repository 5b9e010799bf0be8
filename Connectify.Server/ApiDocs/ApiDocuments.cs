using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Connectify.Server.ApiDocs;

/// <summary>The OpenAPI and AsyncAPI documents, created once.</summary>
internal sealed class ApiDocuments
{
    private static readonly JsonSerializerOptions Written = new(Json.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    private readonly Lazy<Task<JsonObject>> _rest;
    private readonly Lazy<Task<byte[]>> _restUtf8;
    private readonly Lazy<Task<byte[]>> _socketsUtf8;

    public ApiDocuments([FromKeyedServices("v1")] IOpenApiDocumentProvider provider)
    {
        _rest = new(() => Read(provider));
        _restUtf8 = new(async () => JsonSerializer.SerializeToUtf8Bytes(await _rest.Value, Written));
        _socketsUtf8 = new(async () => JsonSerializer.SerializeToUtf8Bytes(SocketDocument.From(await _rest.Value), Written));
    }

    /// <summary>OpenAPI, in JSON. Its paths begin at <paramref name="basePath"/>.</summary>
    public async Task<byte[]> Rest(PathString basePath)
    {
        if (!basePath.HasValue) return await _restUtf8.Value;
        var document = (await _rest.Value).DeepClone();
        document["servers"]![0]!["url"] = basePath.ToUriComponent();
        return JsonSerializer.SerializeToUtf8Bytes(document, Written);
    }

    /// <summary>AsyncAPI, in JSON. Its addresses begin at <paramref name="basePath"/>.</summary>
    public async Task<byte[]> Sockets(PathString basePath)
    {
        if (!basePath.HasValue) return await _socketsUtf8.Value;
        var document = SocketDocument.From(await _rest.Value);
        document["servers"]!["this"]!["pathname"] = basePath.ToUriComponent();
        return JsonSerializer.SerializeToUtf8Bytes(document, Written);
    }

    private static async Task<JsonObject> Read(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync();

        // A relative server URL works under any host name and base path.
        document.Servers = [new OpenApiServer { Url = "/" }];
        return JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!.AsObject();
    }
}
