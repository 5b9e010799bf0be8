using Connectify.Server.ApiDocs;
using Connectify.Server.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Accounts;

/// <summary>One's own profile, the only thing a pending account reaches, and the switching on and off of others.</summary>
internal static class ProfileApi
{
    private static readonly string[] PutOrPatch = [HttpMethods.Put, HttpMethods.Patch];

    public static void MapProfileApi(this IEndpointRouteBuilder accounts)
    {
        accounts.MapGet("profile/", Show).RequireCaller().Described("One's own profile");
        accounts.MapMethods("profile/", PutOrPatch, Edit).RequireCaller().AcceptsBody<ProfileBody>()
            .Described("Change one's own profile; what is left out stays", 429);
        MapStatus("activate", "User activated").Described("Activate an account (ADMIN)", 403, 404);
        MapStatus("deactivate", "User deactivated").Described("Deactivate an account (ADMIN): its tokens and sockets end", 403, 404);
        MapStatus("reactivate", "User reactivated").Described("Activate an account again (ADMIN)", 403, 404);

        RouteHandlerBuilder MapStatus(string verb, string done)
            => accounts.MapPost($"{verb}/", (HttpRequest request, Caller me, RemoteClient client, ChangeStatus change, CancellationToken cancellation)
                => SetStatus(verb, done, request, me, client, change, cancellation)).RequireActiveCaller().AcceptsBody<UserBody>();
    }

    private static async Task<Ok<Profile>> Show(Caller me, Database database, CancellationToken cancellation)
        => TypedResults.Ok(await Profile.Read(database, me.UserId, cancellation));

    private static async Task<Results<Ok<Profile>, Rejected>> Edit(
        HttpRequest request, Caller me, RemoteClient client, EditProfile edit, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var read = ProfileEdit.Read(fields, DateOnly.FromDateTime(DateTime.UtcNow));
        if (read.IsRejected(out rejection, out var wanted)) return new Rejected(rejection);
        var outcome = await edit.Run(me, wanted, client, cancellation);
        return outcome.IsRejected(out rejection, out var profile) ? new Rejected(rejection) : TypedResults.Ok(profile);
    }

    private static async Task<Results<Ok<Done>, Rejected>> SetStatus(
        string verb, string done, HttpRequest request, Caller me, RemoteClient client, ChangeStatus change, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var userId = fields.RequiredId("user_id");
        if (fields.Rejection is { } no) return new Rejected(no);
        return await change.Run(me, userId, verb, client, cancellation) is { } refused ? new Rejected(refused) : TypedResults.Ok(new Done(done));
    }
}

/// <summary>What is to change; null clears bio, dob and profile_image.</summary>
/// <param name="Email">Unique, whatever the case.</param>
/// <param name="FirstName">The given name.</param>
/// <param name="LastName">The family name.</param>
/// <param name="Bio">At most 2,000 characters.</param>
/// <param name="Dob">YYYY-MM-DD, from 1900 until today.</param>
/// <param name="ProfileImage">An http or https URL; the server never fetches it.</param>
[Example("""
    {"first_name": "Updated", "last_name": "Name", "bio": "Short bio", "dob": "1990-01-01", "profile_image": "http://example.com/image.jpg"}
    """)]
internal sealed record ProfileBody(
    string? Email = null, string? FirstName = null, string? LastName = null, string? Bio = null, string? Dob = null, string? ProfileImage = null);

/// <summary>Somebody.</summary>
/// <param name="UserId">Who.</param>
[Example("""{"user_id": 2}""")]
internal sealed record UserBody(long UserId);
