using Connectify.Server.Realtime.Backplane;

namespace Connectify.Server.Hosting;

/// <summary>For load balancers: <c>/healthz</c> while the process lives, <c>/readyz</c> while it can serve.</summary>
internal static class HealthApi
{
    // Some load balancers ask with HEAD.
    private static readonly string[] Methods = ["GET", "HEAD"];

    /// <summary>Refuses what comes before the database was ever reached.</summary>
    public static void UseReadiness(this WebApplication app)
    {
        var preparation = app.Services.GetRequiredService<Preparation>();
        app.Use((context, next) => preparation.IsDone || context.Request.Path.StartsWithSegments("/healthz")
            ? next(context)
            : Rejected.Write(context.Response, NotReady("The server waits for its database.")));
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapMethods("/healthz", Methods, () => TypedResults.Ok(new { status = "alive" }));
        app.MapMethods("/readyz", Methods, async (DatabaseHealth database, IBackplane backplane, Drain drain, CancellationToken cancellation) =>
        {
            var trouble = drain.IsUnderWay
                ? "The server is shutting down."
                : await database.Trouble(cancellation);
            if (trouble is not null) return (IResult)new Rejected(NotReady(trouble));

            // Without Redis a node still serves everything, only later; taking it out of service would help nobody.
            return backplane.State is { } redis ? TypedResults.Ok(new { status = "ready", redis }) : TypedResults.Ok(new { status = "ready" });
        });
    }

    private static Rejection NotReady(string trouble)
        => new(StatusCodes.Status503ServiceUnavailable, "not_ready", trouble) { RetryAfter = TimeSpan.FromSeconds(2) };
}
