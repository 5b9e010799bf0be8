using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.ApiDocs;

/// <summary>The reference at <c>/docs</c>: shows the two documents, with nothing from anywhere else.</summary>
internal static class ReferencePage
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string JavaScript = "text/javascript; charset=utf-8";

    public static void MapReferencePage(this IEndpointRouteBuilder description)
    {
        // Relative addresses, as the server may be under a sub path. The page is at "docs" and at "docs/".
        var page = Encoding.UTF8.GetString(Read("index.html"));
        description.MapGet("/docs", (HttpContext context) =>
        {
            var folder = context.Request.Path.Value!.EndsWith('/') ? "./" : "docs/";
            return Send(context, Encoding.UTF8.GetBytes(page.Replace("{docs}", folder, StringComparison.Ordinal)), "text/html; charset=utf-8");
        });
        Map("docs.css", "text/css; charset=utf-8");
        foreach (var module in new[] { "docs.js", "elements.js", "schema.js" }) Map(module, JavaScript);

        void Map(string name, string contentType)
        {
            var content = Read(name);
            description.MapGet($"/docs/{name}", (HttpContext context) => Send(context, content, contentType));
        }
    }

    private static FileContentHttpResult Send(HttpContext context, byte[] content, string contentType)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
        return TypedResults.Bytes(content, contentType);
    }

    private static byte[] Read(string resource)
    {
        using var stream = typeof(ReferencePage).Assembly.GetManifestResourceStream($"Docs/{resource}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
