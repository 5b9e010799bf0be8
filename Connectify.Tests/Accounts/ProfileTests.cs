using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Accounts;

public abstract class ProfileTests(ServerFixture on) : ServerTests(on)
{
    private const string Path = "/api/accounts/profile/";

    [Fact]
    public async Task A_profile_shows_the_account_and_its_organizations()
    {
        var ada = await User("ada");
        var profile = await ada.Get("/api/accounts/profile").Ok();

        profile.EnumerateObject().Select(property => property.Name).Should().BeEquivalentTo(
            "id", "username", "email", "first_name", "last_name", "role", "is_active", "bio", "dob", "profile_image", "organizations");
        profile.Id().Should().Be(ada.Id);
        profile.IsNull("bio").Should().BeTrue();
        var organization = profile.Items("organizations").Should().ContainSingle().Subject;
        organization.Id().Should().Be(await Organization());
        organization.Text("role").Should().Be("USER");
    }

    [Fact]
    public async Task The_documents_sample_body_updates_it()
    {
        var ada = await User("ada");
        var email = $"{Unique("updatedemail")}@example.com";
        var updated = await ada.Put(Path, new
        {
            first_name = "Updated",
            last_name = "Name",
            email,
            bio = "Short bio about the user",
            dob = "1990-01-01",
            profile_image = "http://example.com/image.jpg",
        }).Ok();

        updated.Text("first_name").Should().Be("Updated");
        updated.Text("email").Should().Be(email);
        updated.Text("dob").Should().Be("1990-01-01");
        (await ada.Get(Path).Ok()).GetRawText().Should().Be(updated.GetRawText());
        (await ada.Get($"/api/accounts/organizations/{await Organization()}/users/?search=updated%20name").Ok()).Number("count").Should().Be(1);
    }

    [Fact]
    public async Task White_space_around_an_address_is_left_out()
    {
        var ada = await User("ada");
        var email = $"{Unique("other")}@example.com";
        (await ada.Put(Path, new { email = $"\u00a0{email} " }).Ok()).Text("email").Should().Be(email);
    }

    [Fact]
    public async Task What_is_not_in_the_body_stays_and_null_clears()
    {
        var ada = await User("ada");
        await ada.Patch(Path, new { bio = "b", dob = "2000-02-29", profile_image = "https://example.com/ü?x=1" }).Ok();
        var kept = await ada.Put(Path, new { first_name = "Ada", username = "other", role = "ADMIN", is_active = false }).Ok();
        kept.Text("bio").Should().Be("b");
        kept.Text("dob").Should().Be("2000-02-29");
        kept.Text("username").Should().Be(ada.Username);
        kept.Text("role").Should().Be("USER");
        kept.Flag("is_active").Should().BeTrue();

        var cleared = await ada.Put(Path, new { bio = (string?)null, dob = (string?)null, profile_image = (string?)null }).Ok();
        foreach (var name in new[] { "bio", "dob", "profile_image" }) cleared.IsNull(name).Should().BeTrue();
        cleared.Text("first_name").Should().Be("Ada");
    }

    [Theory]
    [InlineData("2001-02-29")]
    [InlineData("01.02.2001")]
    [InlineData("2001-2-3")]
    [InlineData("1899-12-31")]
    [InlineData("2999-01-01")]
    [InlineData("2001-02-03T00:00:00Z")]
    [InlineData("")]
    [InlineData(20010203)]
    public async Task A_date_of_birth_is_a_day_of_the_calendar(object dob)
    {
        var ada = await User("ada");
        await ada.Put(Path, new { dob }).Fails(400, "Invalid date of birth", "invalid_date_of_birth");
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("ftp://example.com/a.png")]
    [InlineData("/relative.png")]
    [InlineData("http://")]
    [InlineData("https://example.com/\"onload=")]
    [InlineData("https://exa mple.com/")]
    public async Task A_profile_image_is_a_web_address(string url)
    {
        var ada = await User("ada");
        (await ada.Patch(Path, new { profile_image = url }).Fails(400)).Part("errors").Has("profile_image").Should().BeTrue();
    }

    [Fact]
    public async Task Another_ones_address_is_refused_also_when_many_want_it_at_once()
    {
        var ada = await User("ada");
        var bo = await User("bo");
        await bo.Put(Path, new { email = $"{ada.Username}@EXAMPLE.com" }).Fails(400, "Email already in use", "email_in_use");
        await bo.Put(Path, new { email = (string?)null }).Fails(400);
        await bo.Put(Path, new { email = "nobody" }).Fails(400);
        await bo.Put(Path, new { email = $"{bo.Username.ToUpperInvariant()}@example.com" }).Ok();

        var wanted = $"{Unique("wanted")}@example.com";
        var replies = await Task.WhenAll(new[] { ada, bo, await User("cy"), await User("di") }.Select(user => user.Put(Path, new { email = wanted })));
        replies.Select(reply => reply.Status).Should().BeEquivalentTo([200, 400, 400, 400]);
    }

    [Fact]
    public async Task Long_texts_are_refused()
    {
        var ada = await User("ada");
        await ada.Put(Path, new { bio = new string('b', 2_000) }).Ok();
        await ada.Put(Path, new { bio = new string('b', 2_001) }).Fails(400);
        await ada.Put(Path, new { first_name = new string('b', 151) }).Fails(400);
        await ada.Put(Path, new { profile_image = "http://example.com/" + new string('b', 2_048) }).Fails(400);
    }

    public sealed class OnSqlite(SqliteServer on) : ProfileTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ProfileTests(on), IClassFixture<PostgresServer>;
}
