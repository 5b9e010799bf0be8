using Connectify.Server.ApiDocs;
using Connectify.Server.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Accounts;

/// <summary>How people come in and go: nothing here but the password needs a token.</summary>
internal static class AccountsApi
{
    public static void MapAccountsApi(this IEndpointRouteBuilder accounts)
    {
        accounts.MapPost("register/", Register).AcceptsBody<RegisterBody>()
            .Described("Open an account; until an admin activates it, it reaches its own profile only", 429);
        accounts.MapPost("login/", LogIn).AcceptsBody<LoginBody>().Described("Sign in", 401, 403, 429);
        accounts.MapPost("token/refresh/", Refresh).AcceptsBody<RefreshBody>()
            .Described("Exchange a refresh token for the next pair. It works once; for 30 s once more, while the next one is unused", 401, 403);
        accounts.MapPost("logout/", LogOut).AcceptsBody<RefreshBody>().Described("Sign out: ends the session of a refresh token");
        accounts.MapPost("password/", SetPassword).RequireActiveCaller().AcceptsBody<PasswordBody>()
            .Described("Change one's password, which ends every other session", 429);
    }

    private static async Task<Results<Created<SignedIn>, Rejected>> Register(
        HttpRequest request, RemoteClient client, Register register, RateLimits limits, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var draft = AccountDraft.Read(fields);
        var organizationId = fields.RequiredId("organization_id");
        if ((fields.Rejection ?? limits.Registration(client)) is { } no) return new Rejected(no);

        var outcome = await register.Run(draft, organizationId, client, cancellation);
        return outcome.IsRejected(out rejection, out var account) ? new Rejected(rejection) : TypedResults.Created((string?)null, account);
    }

    private static async Task<Results<Ok<SignedIn>, Rejected>> LogIn(
        HttpRequest request, RemoteClient client, Login login, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var credentials = Credentials.Read(fields);
        if (fields.Rejection is { } no) return new Rejected(no);

        var outcome = await login.Run(credentials, client, cancellation);
        return outcome.IsRejected(out rejection, out var account) ? new Rejected(rejection) : TypedResults.Ok(account);
    }

    private static async Task<Results<Ok<TokenPair>, Rejected>> Refresh(
        HttpRequest request, RemoteClient client, RefreshSession refresh, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var token = fields.RequiredText("refresh_token", 1_000);
        if (fields.Rejection is { } no) return new Rejected(no);

        var outcome = await refresh.Run(token, client, cancellation);
        return outcome.IsRejected(out rejection, out var pair) ? new Rejected(rejection) : TypedResults.Ok(pair);
    }

    private static async Task<Results<NoContent, Rejected>> LogOut(
        HttpRequest request, RemoteClient client, Logout logout, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var token = fields.RequiredText("refresh_token", 1_000);
        if (fields.Rejection is { } no) return new Rejected(no);

        await logout.Run(token, client, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Done>, Rejected>> SetPassword(
        HttpRequest request, Caller me, RemoteClient client, ChangePassword change, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var current = fields.RequiredText("current_password", 1_000);
        var next = fields.RequiredText("new_password", 1_000);
        if (fields.Rejection is { } no) return new Rejected(no);
        return await change.Run(me, current, next, client, cancellation) is { } refused
            ? new Rejected(refused)
            : TypedResults.Ok(new Done("Password changed"));
    }
}

/// <summary>Says that something was done.</summary>
internal sealed record Done(string Detail);

/// <summary>An account to be.</summary>
/// <param name="Username">1 to 150 letters, digits, @ . + - _; unique, whatever the case.</param>
/// <param name="Email">Unique, whatever the case.</param>
/// <param name="Password">8 to 128 characters, none of the common ones.</param>
/// <param name="OrganizationId">Whose member it becomes.</param>
/// <param name="FirstName">The given name.</param>
/// <param name="LastName">The family name.</param>
[Example("""
    {"username": "johndoe", "email": "john@example.com", "password": "securepassword", "first_name": "John", "last_name": "Doe", "organization_id": 1}
    """)]
internal sealed record RegisterBody(
    string Username, string Email, string Password, long OrganizationId, string? FirstName = null, string? LastName = null);

/// <summary>Who signs in: by username or by e-mail address.</summary>
/// <param name="Password">The password.</param>
/// <param name="Username">Either this</param>
/// <param name="Email">or this.</param>
[Example("""{"username": "johndoe", "password": "securepassword"}""")]
internal sealed record LoginBody(string Password, string? Username = null, string? Email = null);

/// <summary>A session.</summary>
/// <param name="RefreshToken">Its latest refresh token.</param>
internal sealed record RefreshBody(string RefreshToken);

/// <summary>A change of password.</summary>
/// <param name="CurrentPassword">The old one.</param>
/// <param name="NewPassword">8 to 128 characters, none of the common ones.</param>
internal sealed record PasswordBody(string CurrentPassword, string NewPassword);
