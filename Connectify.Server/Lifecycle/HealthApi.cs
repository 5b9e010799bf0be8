using System.Text.Json.Serialization;
using Connectify.Server.ApiDocs;
using Connectify.Server.Attachments.Store;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Lifecycle;

/// <summary>For load balancers: <c>/healthz</c> while the process lives, <c>/readyz</c> while it can serve.</summary>
internal static class HealthApi
{
    // Some load balancers ask with HEAD.
    private static readonly string[] Methods = ["GET", "HEAD"];

    /// <summary>Refuses what comes before the database was ever reached.</summary>
    public static void UseReadiness(this WebApplication app)
    {
        var preparation = app.Services.GetRequiredService<StartupInitializer>();
        app.Use((context, next) => preparation.IsDone || context.Request.Path.StartsWithSegments("/healthz")
            ? next(context)
            : Rejected.Write(context.Response, NotReady("The server waits for its database.")));
    }

    public static void MapHealth(this WebApplication app)
    {
        var health = app.MapGroup("").WithTags("Health");
        health.MapMethods("/healthz", Methods, () => TypedResults.Ok(new Health("alive"))).Described("Whether the process lives");
        health.MapMethods("/readyz", Methods, async Task<Results<Ok<Health>, Rejected>> (ReadinessCheck database, IFileStore files, IBackplane backplane, Drain drain, CancellationToken cancellation) =>
        {
            var trouble = drain.IsDraining
                ? "The server is shutting down."
                : await database.FindProblem(cancellation) ?? await files.FindProblem(cancellation);
            if (trouble is not null) return new Rejected(NotReady(trouble));

            // Without Redis a node still serves everything, only later; taking it out of service would help nobody.
            return TypedResults.Ok(new Health("ready", backplane.State));
        }).Described("Whether the server can serve: database reachable, schema current, room for files, not shutting down", 503);
    }

    private static Rejection NotReady(string trouble)
        => new(StatusCodes.Status503ServiceUnavailable, "not_ready", trouble) { RetryAfter = TimeSpan.FromSeconds(2) };
}

/// <summary>How the server is.</summary>
/// <param name="Status">alive or ready.</param>
/// <param name="Redis">How the link to the other nodes is; left out on a single node.</param>
internal sealed record Health(
    string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Redis = null);
