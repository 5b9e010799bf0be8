namespace Connectify.Server.ApiDocs;

/// <summary>The reference at <c>/docs</c>: shows the two documents, with nothing from anywhere else.</summary>
internal static class ReferencePage
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string JavaScript = "text/javascript; charset=utf-8";

    public static void MapReferencePage(this IEndpointRouteBuilder description)
    {
        Map("/docs", "index.html", "text/html; charset=utf-8");
        Map("/docs/docs.css", "docs.css", "text/css; charset=utf-8");
        foreach (var module in new[] { "docs.js", "elements.js", "schema.js" }) Map($"/docs/{module}", module, JavaScript);

        void Map(string path, string resource, string contentType)
        {
            var content = Read(resource);
            description.MapGet(path, (HttpResponse response) =>
            {
                response.Headers.ContentSecurityPolicy = Policy;
                response.Headers.XContentTypeOptions = "nosniff";
                response.Headers["Referrer-Policy"] = "no-referrer";
                response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
                response.Headers.CacheControl = "no-cache";
                return TypedResults.Bytes(content, contentType);
            });
        }
    }

    private static byte[] Read(string resource)
    {
        using var stream = typeof(ReferencePage).Assembly.GetManifestResourceStream($"Docs/{resource}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
