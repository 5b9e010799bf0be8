using Connectify.Server.ApiDocs;
using Connectify.Server.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Accounts;

/// <summary>The caller's own logins.</summary>
internal static class SessionsApi
{
    public static void MapSessionsApi(this IEndpointRouteBuilder accounts)
    {
        var sessions = accounts.MapGroup("sessions/").RequireActiveCaller();
        sessions.MapGet("", List).Described("My sessions: the current one first, then the last used; at most 100");
        sessions.MapDelete("", EndOthers).Described("End all my sessions but the current one");
        sessions.MapDelete("{id:long}/", End).Described("End one of my sessions", 404);
    }

    private static async Task<Ok<List<SessionView>>> List(Caller me, Database database, CancellationToken cancellation)
        => TypedResults.Ok(await SessionView.Of(database, me, cancellation));

    private static async Task<NoContent> EndOthers(Caller me, RemoteClient client, EndSessions end, CancellationToken cancellation)
    {
        await end.Others(me, client, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, Rejected>> End(
        long id, Caller me, RemoteClient client, EndSessions end, CancellationToken cancellation)
        => await end.One(me, id, client, cancellation) is { } rejection ? new Rejected(rejection) : TypedResults.NoContent();
}
