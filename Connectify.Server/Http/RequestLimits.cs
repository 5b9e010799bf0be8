using Microsoft.AspNetCore.Http.Features;

namespace Connectify.Server.Http;

/// <summary>
/// How much a request may bring along. Every reader of a body keeps to its own limit and drains the rest: at Kestrel's
/// limit the connection is reset while the client still sends, and most clients never see the 413.
/// </summary>
internal static class RequestLimits
{
    /// <summary>Bytes of a body; uploads have a limit of their own.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);

    /// <summary>413 <c>too_large</c>.</summary>
    public static Rejection TooLarge { get; } = new(StatusCodes.Status413PayloadTooLarge, "too_large", "The request is too large");

    // Kestrel drains what an endpoint left unread, for 5 s, but only below its limit.
    public static void AddRequestLimits(this WebApplicationBuilder builder)
        => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);

    /// <summary>For endpoints of the framework, which read bodies of any size: what is posted is read here first.</summary>
    public static T LimitBody<T>(this T endpoints)
        where T : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => HttpMethods.IsPost(context.Request.Method) ? ReadAndGoOn(context, next) : next(context);
        });
        return endpoints;
    }

    /// <summary>Reads a body of at most <see cref="MaxBodyBytes"/>.</summary>
    /// <returns>Its bytes; or <see cref="TooLarge"/>, once the rest is drained.</returns>
    public static async Task<Outcome<ReadOnlyMemory<byte>>> Read(HttpRequest request)
    {
        if (request.ContentLength is not > MaxBodyBytes)
        {
            using var body = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0 && body.Length + read <= MaxBodyBytes)
            {
                body.Write(buffer, 0, read);
            }

            if (read == 0) return new ReadOnlyMemory<byte>(body.GetBuffer(), 0, (int)body.Length);
        }

        await Drain(request);
        return TooLarge;
    }

    /// <summary>Reads the rest of a body and forgets it, for at most 30 s, so that the client can read the answer.</summary>
    public static async Task Drain(HttpRequest request)
    {
        // A client that waits for "100 Continue" has sent nothing yet, and reading would ask for it.
        var isRead = request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()?.IsReadOnly == true;
        if (!isRead && request.Headers.Expect.Count > 0) return;

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted);
        timeout.CancelAfter(DrainTimeout);
        try
        {
            await request.Body.CopyToAsync(Stream.Null, timeout.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Too slow, or gone.
        }
    }

    private static async Task ReadAndGoOn(HttpContext context, RequestDelegate next)
    {
        if ((await Read(context.Request)).IsRejected(out var rejection, out var body))
        {
            await Rejected.Write(context.Response, rejection);
            return;
        }

        context.Request.Body = new MemoryStream(body.ToArray(), writable: false);
        await next(context);
    }
}
