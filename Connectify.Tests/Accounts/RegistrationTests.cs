using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Accounts;

public abstract class RegistrationTests(ServerFixture on) : ServerTests(on)
{
    private const string Path = "/api/accounts/register/";

    [Fact]
    public async Task The_documents_sample_body_registers()
    {
        var body = new
        {
            username = "newuser",
            email = "newuser@example.com",
            password = "securepassword",
            first_name = "New",
            last_name = "User",
            organization_id = 1,
        };

        var account = await Nobody.Post(Path, body).Created();

        account.Id().Should().BePositive();
        account.Text("username").Should().Be("newuser");
        account.Text("email").Should().Be("newuser@example.com");
        account.Text("first_name").Should().Be("New");
        account.Text("last_name").Should().Be("User");
        account.Text("role").Should().Be("USER");
        account.Number("organization_id").Should().Be(1);
        account.Flag("is_active").Should().BeTrue("Development activates at once");
        account.Text("token").Should().NotBeEmpty();
        account.Text("refresh_token").Should().NotBeEmpty();
        await Nobody.Post(Path, body).Fails(400, "Email already in use", "email_in_use");
    }

    [Fact]
    public async Task Privileges_in_the_body_are_ignored()
    {
        var name = Unique("climber");
        var account = await Nobody.Post("/api/accounts/register", new
        {
            username = name,
            email = $"{name}@example.com",
            password = TestServer.Password,
            organization_id = await Organization(),
            role = "SUPERUSER",
            is_superuser = true,
            is_active = true,
            id = 1,
        }).Created();

        account.Text("role").Should().Be("USER");
        account.Text("first_name").Should().BeEmpty();
    }

    [Fact]
    public async Task Names_and_addresses_are_unique_whatever_their_case_and_width()
    {
        var name = Unique("ada");
        await Nobody.Post(Path, Body(name, $"{name}@example.com")).Created();

        await Nobody.Post(Path, Body(Unique("eve"), $"{name.ToUpperInvariant()}@Example.COM")).Fails(400, "Email already in use");
        await Nobody.Post(Path, Body(name.ToUpperInvariant(), $"{Unique("eve")}@example.com")).Fails(400, "Username already in use", "username_in_use");
        var wide = name.Replace('a', 'ａ');
        await Nobody.Post(Path, Body(wide, $"{Unique("eve")}@example.com")).Fails(400, "Username already in use");
        (await Nobody.Post(Path, Body(name, $"{name}@example.com")).Fails(400, "Email already in use"))
            .Part("errors").Items("email").Should().ContainSingle();
    }

    [Fact]
    public async Task Of_many_at_once_one_gets_the_name()
    {
        var name = Unique("rush");
        await Organization();

        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Nobody.Post(Path, Body(i % 2 == 0 ? name : name.ToUpperInvariant(), $"{name}{i}@example.com"))));

        replies.Count(reply => reply.Status == 201).Should().Be(1);
        replies.Where(reply => reply.Status != 201).Should().OnlyContain(reply => reply.Status == 400 && reply.Detail == "Username already in use");
    }

    [Fact]
    public async Task A_user_name_is_kept_in_its_compatible_form()
    {
        var name = Unique("ｚｏｅ");
        var account = await Nobody.Post(Path, Body(name, $"{Unique("zoe")}@example.com")).Created();
        account.Text("username").Should().StartWith("zoe_");
    }

    [Fact]
    public async Task White_space_around_a_name_and_an_address_is_left_out()
    {
        var name = Unique("ada");
        string Padded(string text) => $"\u00a0 \u200b{text}\t\ufeff";
        var account = await Nobody.Post(Path, Body(Padded(name), Padded($"{name}@example.com"))).Created();
        account.Text("username").Should().Be(name);
        account.Text("email").Should().Be($"{name}@example.com");
        await Nobody.Post(Path, Body($"{name}\u3000", $"{Unique("eve")}@example.com")).Fails(400, "Username already in use");
        await Nobody.Post(Path, Body("\u200b", $"{Unique("eve")}@example.com")).Fails(400, code: "invalid");
        await Nobody.Post(Path, Body(new string('x', 151), $"{Unique("eve")}@example.com")).Fails(400, code: "invalid");
        await Nobody.Post(Path, Body($" {Unique(new string('x', 140))} ", $" {Unique("eve")}@example.com ")).Created();
    }

    [Theory]
    [InlineData("{\"password\":\"password1\"}", "password")]
    [InlineData("{\"password\":\"Password1\"}", "password")]
    [InlineData("{\"password\":\"QwertyUiop\"}", "password")]
    [InlineData("{\"password\":\"1Q2W3e4R5t6y\"}", "password")]
    [InlineData("{\"password\":\"TRUSTNO1\"}", "password")]
    [InlineData("{\"password\":\"short\"}", "password")]
    [InlineData("{\"password\":\"taken_name@x\",\"username\":\"Taken_Name@X\"}", "password")]
    [InlineData("{\"password\":\"A@example.com\",\"email\":\"a@example.com\"}", "password")]
    [InlineData("{\"password\":12345678}", "password")]
    [InlineData("{\"username\":\"with space\"}", "username")]
    [InlineData("{\"username\":\"new\\nline\"}", "username")]
    [InlineData("{\"username\":\"nul\\u0000\"}", "username")]
    [InlineData("{\"username\":\"\\ud800\"}", "username")]
    [InlineData("{\"username\":\"\"}", "username")]
    [InlineData("{\"username\":null}", "username")]
    [InlineData("{\"username\":[\"a\"]}", "username")]
    [InlineData("{\"username\":\"<script>\"}", "username")]
    [InlineData("{\"email\":\"nobody\"}", "email")]
    [InlineData("{\"email\":\"a@b@c\"}", "email")]
    [InlineData("{\"email\":\"a b@example.com\"}", "email")]
    [InlineData("{\"email\":\"a@-example.com\"}", "email")]
    [InlineData("{\"email\":\"a@example\"}", "email")]
    [InlineData("{\"organization_id\":\"one\"}", "organization_id")]
    [InlineData("{\"organization_id\":0}", "organization_id")]
    [InlineData("{\"first_name\":7}", "first_name")]
    public async Task Each_field_at_fault_is_named(string wrong, string field)
    {
        // Of a property given twice the last counts. As text, because no JSON writer would write half a surrogate pair.
        const string Fine = """{"username":"fine","email":"fine@example.com","password":"securepassword","organization_id":1""";
        var body = $"{Fine},{wrong[1..]}";

        var error = await Nobody.Send(HttpMethod.Post, Path, new StringContent(body, null, "application/json")).Fails(400, code: "invalid");

        error.Part("errors").Has(field).Should().BeTrue("the body was {0}", error);
    }

    [Fact]
    public async Task All_missing_fields_are_named_at_once()
    {
        var errors = (await Nobody.Post(Path, new { }).Fails(400)).Part("errors");
        errors.EnumerateObject().Select(error => error.Name).Should().BeEquivalentTo("username", "email", "password", "organization_id");
    }

    [Fact]
    public async Task An_unknown_organization_is_said_to_be_so()
    {
        var name = Unique("lost");
        await Nobody.Post(Path, new { username = name, email = $"{name}@example.com", password = TestServer.Password, organization_id = 999_999 })
            .Fails(400, "Organization not found", "organization_not_found");
    }

    [Fact]
    public async Task Malformed_bodies_are_400_and_other_types_415()
    {
        await Nobody.Send(HttpMethod.Post, Path, new StringContent("{", null, "application/json")).Fails(400, code: "malformed_json");
        await Nobody.Send(HttpMethod.Post, Path, new StringContent("[]", null, "application/json")).Fails(400, code: "malformed_json");
        await Nobody.Send(HttpMethod.Post, Path, new StringContent("a=b", null, "application/x-www-form-urlencoded")).Fails(415);
        await Nobody.Get(Path).Fails(405);
    }

    private static object Body(string username, string email)
        => new { username, email, password = TestServer.Password, organization_id = 1 };

    public sealed class OnSqlite(SqliteServer on) : RegistrationTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : RegistrationTests(on), IClassFixture<PostgresServer>;
}
