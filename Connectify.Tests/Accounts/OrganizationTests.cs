using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Accounts;

public abstract class OrganizationTests(ServerFixture on) : ServerTests(on)
{
    private const string Path = "/api/accounts/organizations/";

    [Fact]
    public async Task One_sees_ones_own_and_a_superuser_sees_all()
    {
        var ada = await User("ada");
        var other = await NewOrganization();
        var mine = await ada.Get("/api/accounts/organizations").Ok();
        mine.EnumerateArray().Should().ContainSingle().Which.Id().Should().Be(await Organization());

        var all = (await (await Superuser()).Get(Path).Ok()).EnumerateArray().ToList();
        all.Select(organization => organization.Id()).Should().Contain([1, await Organization(), other.Id()]);
        all.Single(organization => organization.Id() == 1).Text("role").Should().Be("ADMIN");
        all.Single(organization => organization.Id() == other.Id()).Text("role").Should().Be("SUPERUSER");
        await Nobody.Get(Path).Fails(401);
    }

    [Fact]
    public async Task Only_superusers_found_organizations()
    {
        await (await Admin("admin")).Post(Path, new { name = "Mine" }).Fails(403, "Only superusers can create organizations", "superuser_required");
        var root = await Superuser();
        await root.Post(Path, new { name = " " }).Fails(400, code: "invalid");
        await root.Post(Path, new { name = new string('x', 201) }).Fails(400, code: "invalid");
        (await root.Post(Path, new { name = " Team " }).Created()).Text("name").Should().Be("Team");
    }

    [Fact]
    public async Task Members_are_listed_newest_first_in_pages_that_keep_the_search()
    {
        var users = new List<User>();
        for (var i = 0; i < 5; i++) users.Add(await User("crowd"));
        var other = await User("other");
        var path = $"{Path}{await Organization()}/users/";

        (await other.Get(path).Ok()).Number("count").Should().Be(6);
        var first = await other.Get($"{path}?search=CROWD_&page_size=2").Ok();
        first.Number("count").Should().Be(5);
        first.IsNull("previous").Should().BeTrue();
        first.Items("results").Select(user => user.Id()).Should().Equal(users[4].Id, users[3].Id);
        first.Text("next").Should().StartWith(Server.Url.ToString()).And.Contain("search=CROWD_");

        var second = await other.Get(first.Text("next")).Ok();
        second.Items("results").Select(user => user.Id()).Should().Equal(users[2].Id, users[1].Id);
        var third = await other.Get(second.Text("next")).Ok();
        third.Items("results").Should().ContainSingle().Which.Id().Should().Be(users[0].Id);
        third.IsNull("next").Should().BeTrue();
        (await other.Get(third.Text("previous")).Ok()).GetRawText().Should().Be(second.GetRawText());
        await other.Get($"{path}?page=9").Fails(404, "Invalid page.");
        await other.Get($"{path}?page=x").Fails(404, "Invalid page.");
        await other.Get($"{path}?before=1").Fails(400, "Invalid cursor");
    }

    [Theory]
    [InlineData("%", 0)]
    [InlineData("_%_", 0)]
    [InlineData("!", 0)]
    [InlineData("'; DROP TABLE users; --", 0)]
    [InlineData("%00", 1)]
    [InlineData("tester", 1)]
    [InlineData("TESTER", 1)]
    [InlineData("example.com", 1)]
    public async Task A_search_takes_wildcards_as_they_are(string search, int found)
    {
        var ada = await User("ada");
        var escaped = search == "%00" ? search : Uri.EscapeDataString(search);
        (await ada.Get($"{Path}{await Organization()}/users/?search={escaped}").Ok()).Number("count").Should().Be(found);
    }

    [Fact]
    public async Task A_members_details_are_for_members()
    {
        var (ada, bo) = (await User("ada"), await User("bo"));
        var outsider = await User("outsider", (await NewOrganization()).Id());
        var path = $"{Path}{await Organization()}/users/";

        var seen = await ada.Get($"{path}{bo.Id}").Ok();
        seen.Text("email").Should().Be($"{bo.Username}@example.com");
        seen.Text("role").Should().Be("USER");
        await ada.Get($"{path}{outsider.Id}/").Fails(404, "User not found", "user_not_found");
        await outsider.Get($"{path}{bo.Id}/").Fails(404, "Organization not found", "organization_not_found");
        await outsider.Get(path).Fails(404, "Organization not found");
        await ada.Get($"{Path}999999/users/").Fails(404, "Organization not found");
        await ada.Get($"{Path}x/users/").Fails(404);
        await (await Superuser()).Get($"{path}{bo.Id}/").Ok();
    }

    [Fact]
    public async Task Who_waits_for_an_admin_is_shown_to_admins_only()
    {
        var (admin, ada, bo) = (await Admin("admin"), await User("ada"), await User("bo"));
        await Server.Database.Execute("UPDATE users SET status = 'pending' WHERE id = @Id", new { bo.Id }, default);
        var path = $"{Path}{await Organization()}/users/";

        var seen = await ada.Get(path).Ok();
        seen.Number("count").Should().Be(2);
        seen.Items("results").Select(user => user.Id()).Should().BeEquivalentTo([admin.Id, ada.Id]);
        (await ada.Get($"{path}?search={bo.Username}").Ok()).Number("count").Should().Be(0);
        await ada.Get($"{path}{bo.Id}/").Fails(404, "User not found", "user_not_found");
        foreach (var who in new[] { admin, await Superuser() })
        {
            (await who.Get(path).Ok()).Items("results").Select(user => user.Id()).Should().BeEquivalentTo([admin.Id, ada.Id, bo.Id]);
            (await who.Get($"{path}{bo.Id}/").Ok()).Flag("is_active").Should().BeFalse();
        }
    }

    [Fact]
    public async Task Roles_are_given_by_superusers_only()
    {
        var (admin, bo) = (await Admin("admin"), await User("bo"));
        var outsider = await User("outsider", (await NewOrganization()).Id());
        var root = await Superuser();
        var path = $"{Path}{await Organization()}/users/";

        await admin.Put($"{path}{bo.Id}/role/", new { role = "STAFF" }).Fails(403, "Only superusers can change roles", "superuser_required");
        await root.Put($"{path}{bo.Id}/role/", new { role = "SUPERUSER" }).Fails(400, code: "invalid");
        await root.Put($"{path}{bo.Id}/role/", new { role = "admin" }).Fails(400);
        await root.Put($"{path}{bo.Id}/role/", new { }).Fails(400);
        await root.Put($"{path}{outsider.Id}/role/", new { role = "STAFF" }).Fails(404, "User not found");
        await root.Put($"{Path}999999/users/{bo.Id}/role/", new { role = "STAFF" }).Fails(404);

        var changed = await root.Put($"{path}{bo.Id}/role", new { role = "STAFF" }).Ok();
        changed.Text("role").Should().Be("STAFF");
        foreach (var name in new[] { "id", "username", "email", "first_name", "last_name", "role", "bio", "dob", "profile_image" }) changed.Has(name).Should().BeTrue();
        (await bo.Get("/api/accounts/profile/").Ok()).Text("role").Should().Be("STAFF");
    }

    [Fact]
    public async Task An_admin_creates_accounts_that_are_active()
    {
        var (admin, bo) = (await Admin("admin"), await User("bo"));
        var path = $"{Path}{await Organization()}/users/";
        var name = Unique("hired");
        var body = new { username = name, email = $"{name}@example.com", password = TestServer.Password, first_name = "Hi", organization_id = 1 };

        await bo.Post(path, body).Fails(403, "Only admins can add users", "admin_required");
        var hired = await admin.Post(path, body).Created();
        hired.Flag("is_active").Should().BeTrue();
        hired.Has("token").Should().BeFalse();
        (await Nobody.Post("/api/accounts/login/", new { username = name, password = TestServer.Password }).Ok())
            .Number("organization_id").Should().Be(await Organization());
        await admin.Post(path, body).Fails(400, "Email already in use");
        await admin.Post(path, new { username = name }).Fails(400, code: "invalid");
        await admin.Post($"{Path}1/users/", body).Fails(404, "Organization not found");
    }

    [Fact]
    public async Task A_superuser_adds_who_is_there_already()
    {
        var admin = await Admin("admin");
        var guest = await User("guest", (await NewOrganization()).Id());
        var root = await Superuser();
        var path = $"{Path}{await Organization()}/users/";

        await admin.Post(path, new { user_id = guest.Id }).Fails(403, "Only superusers can add existing users", "superuser_required");
        await root.Post(path, new { user_id = 999_999 }).Fails(404, "User not found");
        (await root.Post(path, new { user_id = guest.Id }).Created()).Id().Should().Be(guest.Id);
        await root.Post(path, new { user_id = guest.Id }).Ok();

        var profile = await guest.Get("/api/accounts/profile/").Ok();
        profile.Items("organizations").Select(organization => organization.Id())
            .Should().Equal(guest.Account.Number("organization_id"), await Organization());
        (await root.Put($"{path}{guest.Id}/role/", new { role = "ADMIN" }).Ok()).Text("role").Should().Be("ADMIN");
        (await guest.Get("/api/accounts/profile/").Ok()).Text("role").Should().Be("USER", "that of the organization first joined is shown");
    }

    public sealed class OnSqlite(SqliteServer on) : OrganizationTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : OrganizationTests(on), IClassFixture<PostgresServer>;
}
