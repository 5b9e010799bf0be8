namespace Connectify.Server.Http;

/// <summary>Headers of every API answer: caches keep none (unless the endpoint says so), and browsers don't guess its type.</summary>
internal static class ApiHeaders
{
    public static void UseApiHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/api")) Set(context.Response);
        return next(context);
    });

    public static void Set(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }
}
