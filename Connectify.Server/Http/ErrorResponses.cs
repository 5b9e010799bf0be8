using System.Diagnostics;

namespace Connectify.Server.Http;

/// <summary>Gives every failure, also those of the framework, a JSON body with <c>detail</c> and <c>code</c>.</summary>
internal static class ErrorResponses
{
    public static void UseErrorResponses(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            {
                await Answer(context, e, app.Logger);
            }
            catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e.IsDatabaseUnavailable())
            {
                // The client is gone, and the outage is in the log already.
            }
        });
        app.Use(async (context, next) =>
        {
            await next(context);

            // A range outside a file is refused under the file's own type, without a body: here it gets one.
            if (context.Response is { StatusCode: StatusCodes.Status416RangeNotSatisfiable, HasStarted: false })
            {
                context.Response.ContentLength = null;
                await Answer(context);
            }
        });
        app.UseStatusCodePages(pages => Answer(pages.HttpContext));
    }

    private static Task Answer(HttpContext context, Exception exception, ILogger log)
    {
        context.Response.Clear();
        if (exception is BadHttpRequestException bad)
        {
            context.Response.StatusCode = bad.StatusCode;
            return Answer(context);
        }

        if (exception.IsDatabaseUnavailable())
        {
            // The loss itself has a line of its own, once it is noticed. Without the exception's text: it may name hosts and users.
            var isKnown = context.RequestServices.GetRequiredService<Database>().Availability.Problem is not null;
            var level = isKnown ? LogLevel.Debug : LogLevel.Warning;
            log.Log(level, "{Method} {Path} met no database: {Reason}", context.Request.Method, context.Request.Path, exception.Reason());
            return Rejected.Write(context.Response, Rejection.DatabaseUnavailable);
        }

        if (exception is UnavailableException unavailable) return Rejected.Write(context.Response, unavailable.Rejection);

        var traceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
        log.LogError(exception, "{Method} {Path} failed ({TraceId})", context.Request.Method, context.Request.Path, traceId);
        var failure = new Rejection(StatusCodes.Status500InternalServerError, "internal_error", "Something went wrong");
        return Rejected.Write(context.Response, failure, traceId);
    }

    private static Task Answer(HttpContext context)
        => Rejected.Write(context.Response, context.Response.StatusCode switch
        {
            400 => Rejection.BadRequest("bad_request", "The request is malformed"),
            401 => new Rejection(401, "not_authenticated", "Authentication credentials were not provided or are invalid"),
            403 => Rejection.Forbidden("forbidden", "You may not do this"),
            404 => Rejection.NotFound("not_found", "Not found"),
            405 => new Rejection(405, "method_not_allowed", $"Method {context.Request.Method} is not allowed here"),
            408 => new Rejection(408, "request_timeout", "The request took too long to arrive"),
            413 => RequestLimits.TooLarge,
            415 => new Rejection(415, "unsupported_media_type", "The content type is not supported here"),
            416 => new Rejection(416, "range_not_satisfiable", "The file has no such range"),
            429 => new Rejection(429, "rate_limited", "Too many requests"),
            var status => new Rejection(status, "error", "The request failed"),
        });
}
