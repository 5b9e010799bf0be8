using Connectify.Server.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Accounts;

/// <summary>How people come in and go: nothing here but the password needs a token.</summary>
internal static class AccountsApi
{
    public static void MapAccountsApi(this IEndpointRouteBuilder accounts)
    {
        accounts.MapPost("register/", Register);
        accounts.MapPost("login/", LogIn);
        accounts.MapPost("token/refresh/", Refresh);
        accounts.MapPost("logout/", LogOut);
        accounts.MapPost("password/", SetPassword).RequireActiveCaller();
    }

    private static async Task<Results<Created<SignedIn>, Rejected>> Register(
        HttpRequest request, Register register, RateLimits limits, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var draft = AccountDraft.Read(fields);
        var organizationId = fields.RequiredId("organization_id");
        if ((fields.Rejection ?? limits.Registration(request)) is { } no) return new Rejected(no);

        var outcome = await register.Run(draft, organizationId, cancellation);
        return outcome.IsRejected(out rejection, out var account) ? new Rejected(rejection) : TypedResults.Created((string?)null, account);
    }

    private static async Task<Results<Ok<SignedIn>, Rejected>> LogIn(
        HttpRequest request, Login login, RateLimits limits, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var credentials = Credentials.Read(fields);
        if (fields.Rejection is { } no) return new Rejected(no);

        var outcome = await login.Run(credentials, account => limits.Login(request, account), cancellation);
        return outcome.IsRejected(out rejection, out var account) ? new Rejected(rejection) : TypedResults.Ok(account);
    }

    private static async Task<Results<Ok<TokenPair>, Rejected>> Refresh(
        HttpRequest request, RefreshSession refresh, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var token = fields.RequiredText("refresh_token", 1_000);
        if (fields.Rejection is { } no) return new Rejected(no);

        var outcome = await refresh.Run(token, cancellation);
        return outcome.IsRejected(out rejection, out var pair) ? new Rejected(rejection) : TypedResults.Ok(pair);
    }

    private static async Task<Results<NoContent, Rejected>> LogOut(
        HttpRequest request, Logout logout, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var token = fields.RequiredText("refresh_token", 1_000);
        if (fields.Rejection is { } no) return new Rejected(no);

        await logout.Run(token, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Done>, Rejected>> SetPassword(
        HttpRequest request, Caller me, ChangePassword change, RateLimits limits, CancellationToken cancellation)
    {
        var body = await Fields.ReadJson(request);
        if (body.IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var current = fields.RequiredText("current_password", 1_000);
        var next = fields.RequiredText("new_password", 1_000);

        // Guessing the password behind a stolen token is guessing a login.
        if ((fields.Rejection ?? limits.Login(request, AccountRules.Key(me.Username))) is { } no) return new Rejected(no);
        return await change.Run(me, current, next, cancellation) is { } refused
            ? new Rejected(refused)
            : TypedResults.Ok(new Done("Password changed"));
    }
}

/// <summary>Says that something was done.</summary>
internal sealed record Done(string Detail);
