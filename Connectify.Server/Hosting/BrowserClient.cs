using Microsoft.AspNetCore.StaticFiles;

namespace Connectify.Server.Hosting;

/// <summary>
/// Serves the browser client at <c>/</c> from <c>wwwroot</c>. It shows what strangers wrote, and its pages come from the
/// origin of the API: so nothing runs in them but the client's own files, whatever text or file slips through.
/// </summary>
internal static class BrowserClient
{
    private const string Index = "/index.html";

    // Trusted types: a client that would put text in as HTML fails in its author's browser, not in a user's.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; "
        + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>Answers the paths of the client's own files; every other path goes on to the API.</summary>
    public static void UseBrowserClient(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            var isAsked = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
            if (isAsked && !context.Request.Path.HasValue)
            {
                // Relative URLs of the page need the slash after the sub path.
                context.Response.Redirect(context.Request.PathBase.ToUriComponent() + "/");
                return Task.CompletedTask;
            }

            if (isAsked && context.Request.Path == "/") context.Request.Path = Index;
            return next(context);
        });
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = Protect });
    }

    private static void Protect(StaticFileResponseContext file)
    {
        var headers = file.Context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        // Kept, but asked for anew by its tag: after an upgrade of the server no page runs half old and half new files.
        headers.CacheControl = "no-cache";
    }
}
