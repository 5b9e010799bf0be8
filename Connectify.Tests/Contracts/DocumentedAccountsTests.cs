using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Contracts;

/// <summary>The account endpoints as the documents print them, on a server where they are the first to ask.</summary>
public abstract class DocumentedAccountsTests(ServerFixture on) : ServerTests(on)
{
    [Theory]
    [InlineData("/")]
    [InlineData("")]
    public async Task The_documents_examples(string slash)
    {
        await using var fresh = await TestServer.Start(Server.Engine);
        using var nobody = new ApiClient(fresh);
        using var root = await Support.User.LogIn(fresh, TestServer.SuperuserName);
        var newUser = new
        {
            username = "newuser",
            email = "newuser@example.com",
            password = "securepassword",
            first_name = "New",
            last_name = "User",
            organization_id = 1,
        };

        var account = await nobody.Post($"/api/accounts/register{slash}", newUser).Created();
        account.EnumerateObject().Select(property => property.Name).Should().BeEquivalentTo(
            "id", "username", "email", "first_name", "last_name", "role", "is_active", "organization_id", "token", "refresh_token");
        await nobody.Post($"/api/accounts/register{slash}", newUser with { username = "another" }).Fails(400, "Email already in use");

        foreach (var (verb, done) in new[] { ("activate", "User activated"), ("deactivate", "User deactivated"), ("reactivate", "User reactivated") })
        {
            (await root.Post($"/api/accounts/{verb}{slash}", new { user_id = account.Id() }).Ok()).Text("detail").Should().Be(done);
            await root.Post($"/api/accounts/{verb}{slash}", new { user_id = 987654321 }).Fails(404, "User not found");
        }

        using var user = await Support.User.LogIn(fresh, "newuser", "securepassword");
        (await user.Get($"/api/accounts/profile{slash}").Ok()).Text("email").Should().Be("newuser@example.com");
        var profile = await user.Put($"/api/accounts/profile{slash}", new
        {
            first_name = "Updated",
            last_name = "Name",
            email = "updatedemail@example.com",
            bio = "Short bio about the user",
            dob = "1990-01-01",
            profile_image = "http://example.com/image.jpg",
        }).Ok();
        profile.Text("dob").Should().Be("1990-01-01");
        profile.Text("bio").Should().Be("Short bio about the user");
        await user.Put($"/api/accounts/profile{slash}", new { dob = "1990-13-01" }).Fails(400, "Invalid date of birth");

        var role = $"/api/accounts/organizations/1/users/{account.Id()}/role{slash}";
        foreach (var granted in new[] { "ADMIN", "STAFF", "USER" })
        {
            var changed = await root.Put(role, new { role = granted }).Ok();
            changed.Text("role").Should().Be(granted);
            foreach (var property in new[] { "id", "username", "email", "first_name", "last_name", "bio", "dob", "profile_image" }) changed.Has(property).Should().BeTrue();
        }

        await root.Put(role, new { role = "SUPERUSER" }).Fails(400);
        await user.Put(role, new { role = "ADMIN" }).Fails(403);
        await root.Put($"/api/accounts/organizations/1/users/987654321/role{slash}", new { role = "ADMIN" }).Fails(404);
        fresh.Log.Errors.Should().BeEmpty();
    }

    public sealed class OnSqlite(SqliteServer on) : DocumentedAccountsTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : DocumentedAccountsTests(on), IClassFixture<PostgresServer>;
}
