using Connectify.Server.Realtime.Events;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Accounts;

public abstract class ActivationTests(ServerFixture on) : ServerTests(on)
{
    private const string ProfilePath = "/api/accounts/profile/";

    [Fact]
    public async Task A_pending_account_reaches_its_profile_and_nothing_else()
    {
        await using var strict = await TestServer.Start(Server.Engine, "--Accounts:AutoActivate=false");
        using var root = await Support.User.LogIn(strict, TestServer.SuperuserName);
        using var ada = await Support.User.Register(strict, "ada", 1);
        ada.Account.Flag("is_active").Should().BeFalse();

        (await ada.Get(ProfilePath).Ok()).Flag("is_active").Should().BeFalse();
        await ada.Patch(ProfilePath, new { bio = "waiting" }).Ok();
        await ada.Get("/api/accounts/organizations/").Fails(403, "Your account is not active", "account_not_active");
        await ada.Post("/api/accounts/activate/", new { user_id = ada.Id }).Fails(403, "Your account is not active");
        using var again = await ada.OnAnotherDevice();
        await again.Post("/api/accounts/password/", new { current_password = TestServer.Password, new_password = "a better password" })
            .Fails(403, "Your account is not active");

        (await root.Post("/api/accounts/activate/", new { user_id = ada.Id }).Ok()).Text("detail").Should().Be("User activated");
        await again.Get("/api/accounts/organizations/").Ok();
        strict.Log.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_deactivated_accounts_token_is_worth_nothing_at_once()
    {
        var admin = await Admin("admin");
        var bo = await User("bo");
        await bo.Get(ProfilePath).Ok();
        var told = new List<AccessEvent>();
        Server.Services.GetRequiredService<EventPublisher>().AccessEventPublished += happened =>
        {
            if (happened.UserId == bo.Id) told.Add(happened);
        };

        (await admin.Post("/api/accounts/deactivate", new { user_id = bo.Id }).Ok()).Text("detail").Should().Be("User deactivated");

        await bo.Get(ProfilePath).Fails(401);
        await Nobody.Post("/api/accounts/token/refresh/", new { refresh_token = bo.RefreshToken }).Fails(403, "Your account is deactivated");
        await Nobody.Post("/api/accounts/login/", new { username = bo.Username, password = TestServer.Password })
            .Fails(403, "Your account is deactivated", "account_deactivated");
        await Nobody.Post("/api/accounts/login/", new { username = bo.Username, password = "a wrong password" }).Fails(401, "Invalid credentials");
        told.Should().Equal(new AccountDeactivated(bo.Id));

        // Nobody may have heard of the first.
        (await admin.Post("/api/accounts/deactivate/", new { user_id = bo.Id }).Ok()).Text("detail").Should().Be("User deactivated");
        told.Should().Equal(new AccountDeactivated(bo.Id), new AccountDeactivated(bo.Id));
        (await admin.Post("/api/accounts/reactivate/", new { user_id = bo.Id }).Ok()).Text("detail").Should().Be("User reactivated");
        await Nobody.Post("/api/accounts/login/", new { username = bo.Username, password = TestServer.Password }).Ok();
        (await admin.Post("/api/accounts/activate/", new { user_id = bo.Id }).Ok()).Text("detail").Should().Be("User activated");
    }

    [Fact]
    public async Task What_deactivation_ended_stays_ended()
    {
        var (admin, bo) = (await Admin("admin"), await User("bo"));
        var phone = Keep(await bo.OnAnotherDevice());
        await bo.Get(ProfilePath).Ok();
        await admin.Post("/api/accounts/deactivate/", new { user_id = bo.Id }).Ok();
        await admin.Post("/api/accounts/reactivate/", new { user_id = bo.Id }).Ok();

        foreach (var device in new[] { bo, phone })
        {
            await device.Get(ProfilePath).Fails(401);
            await Nobody.Post("/api/accounts/token/refresh/", new { refresh_token = device.RefreshToken }).Fails(401, "Invalid refresh token");
            (await (await device.Knock("")).Closed()).Should().Be(4003);
        }

        await Keep(await bo.OnAnotherDevice()).Get(ProfilePath).Ok();
    }

    [Theory]
    [InlineData("activate")]
    [InlineData("deactivate")]
    [InlineData("reactivate")]
    public async Task Only_admins_may_and_only_in_their_organizations(string verb)
    {
        var admin = await Admin("admin");
        var (bo, cy) = (await User("bo"), await User("cy"));
        var other = await NewOrganization();
        var outsider = await User("outsider", other.Id());
        var path = $"/api/accounts/{verb}/";

        await Nobody.Post(path, new { user_id = bo.Id }).Fails(401);
        await bo.Post(path, new { user_id = cy.Id }).Fails(403, $"Only admins can {verb} users", "admin_required");
        await bo.Post(path, new { user_id = 999_999 }).Fails(403, $"Only admins can {verb} users");
        await bo.Post(path, new { user_id = "x" }).Fails(400, code: "invalid");
        await admin.Post(path, new { }).Fails(400, code: "invalid");
        await admin.Post(path, new { user_id = 999_999 }).Fails(404, "User not found", "user_not_found");
        await admin.Post(path, new { user_id = outsider.Id }).Fails(404, "User not found");

        // In an organization where he is no admin, the admin of another is anybody.
        await (await Superuser()).Post($"/api/accounts/organizations/{other.Id()}/users/", new { user_id = admin.Id }).Created();
        await admin.Post(path, new { user_id = outsider.Id }).Fails(403, $"Only admins can {verb} users");
    }

    [Fact]
    public async Task Admins_are_deactivated_by_superusers_only_and_nobody_by_himself()
    {
        var (admin, peer) = (await Admin("admin"), await Admin("peer"));
        var root = await Superuser();
        const string Path = "/api/accounts/deactivate/";
        await admin.Post(Path, new { user_id = admin.Id }).Fails(400, "You can't deactivate yourself", "cannot_deactivate_yourself");
        await root.Post(Path, new { user_id = root.Id }).Fails(400, "You can't deactivate yourself");
        await admin.Post(Path, new { user_id = peer.Id }).Fails(403, "Only superusers can deactivate admins", "superuser_required");
        await root.Post($"/api/accounts/organizations/{await Organization()}/users/", new { user_id = root.Id }).Created();
        await admin.Post(Path, new { user_id = root.Id }).Fails(403, "Only superusers can deactivate admins");

        await root.Post(Path, new { user_id = peer.Id }).Ok();
        await peer.Get(ProfilePath).Fails(401);
    }

    public sealed class OnSqlite(SqliteServer on) : ActivationTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ActivationTests(on), IClassFixture<PostgresServer>;
}
