using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Accounts;

/// <summary>One's own profile, the only thing a pending account reaches, and the switching on and off of others.</summary>
internal static class ProfileApi
{
    private static readonly string[] PutOrPatch = [HttpMethods.Put, HttpMethods.Patch];

    public static void MapProfileApi(this IEndpointRouteBuilder accounts)
    {
        accounts.MapGet("profile/", Show).RequireCaller();
        accounts.MapMethods("profile/", PutOrPatch, Edit).RequireCaller();
        MapStatus("activate", "User activated");
        MapStatus("deactivate", "User deactivated");
        MapStatus("reactivate", "User reactivated");

        void MapStatus(string verb, string done)
            => accounts.MapPost($"{verb}/", (HttpRequest request, Caller me, ChangeStatus change, CancellationToken cancellation)
                => SetStatus(verb, done, request, me, change, cancellation)).RequireActiveCaller();
    }

    private static async Task<Ok<Profile>> Show(Caller me, Database database, CancellationToken cancellation)
        => TypedResults.Ok(await Profile.Read(database, me.UserId, cancellation));

    private static async Task<Results<Ok<Profile>, Rejected>> Edit(
        HttpRequest request, Caller me, EditProfile edit, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var read = ProfileEdit.Read(fields, DateOnly.FromDateTime(DateTime.UtcNow));
        if (read.IsRejected(out rejection, out var wanted)) return new Rejected(rejection);
        var outcome = await edit.Run(me, wanted, cancellation);
        return outcome.IsRejected(out rejection, out var profile) ? new Rejected(rejection) : TypedResults.Ok(profile);
    }

    private static async Task<Results<Ok<Done>, Rejected>> SetStatus(
        string verb, string done, HttpRequest request, Caller me, ChangeStatus change, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var userId = fields.RequiredId("user_id");
        if (fields.Rejection is { } no) return new Rejected(no);
        return await change.Run(me, userId, verb, cancellation) is { } refused ? new Rejected(refused) : TypedResults.Ok(new Done(done));
    }
}
