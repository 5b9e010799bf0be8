namespace Connectify.Server.Hosting;

/// <summary>
/// Serves the browser client at <c>/</c> from <c>wwwroot</c>. It shows what strangers wrote, on the origin of the API: so its
/// policy lets only the client's own files run, whatever text or file is shown.
/// </summary>
internal static class BrowserClient
{
    // Trusted types: code that inserts a string as HTML throws in its author's browser.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; "
        + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>Answers GET and HEAD of the client's own files; every other request goes on to the API.</summary>
    public static void UseBrowserClient(this WebApplication app)
    {
        var files = new ClientFiles(app.Environment.WebRootFileProvider);
        app.Use((context, next) =>
        {
            var request = context.Request;
            if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) return next(context);
            if (!request.Path.HasValue) return Redirect(context);
            return files.Find(request.Path.Value!) is { } file ? Send(context, file) : next(context);
        });
    }

    // "/chat" instead of "/chat/" under a sub path: the page's addresses are relative to its folder.
    private static Task Redirect(HttpContext context)
    {
        context.Response.Redirect($"{context.Request.PathBase.ToUriComponent()}/{context.Request.QueryString}");
        return Task.CompletedTask;
    }

    private static Task Send(HttpContext context, ClientFile file)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        // An address with this version never changes its content. Any other is revalidated, so after an upgrade no page mixes
        // old files with new ones.
        headers.CacheControl = context.Request.Query["v"] == file.Version ? "public, max-age=31536000, immutable" : "no-cache";
        var (content, encoding) = file.For(context.Request);
        if (file.IsText) headers.Vary = "Accept-Encoding";
        if (encoding is not null) headers.ContentEncoding = encoding;
        return TypedResults.Bytes(content, file.ContentType, entityTag: file.Tag(encoding)).ExecuteAsync(context);
    }
}
