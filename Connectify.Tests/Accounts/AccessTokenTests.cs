using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Connectify.Server.Authentication;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Connectify.Tests.Accounts;

public abstract class AccessTokenTests(ServerFixture on) : ServerTests(on)
{
    private const string ProfilePath = "/api/accounts/profile/";

    private byte[] Key => Server.Services.GetRequiredService<SigningKey>().Bytes;

    [Fact]
    public async Task A_token_has_the_contracts_claims_and_lasts_an_hour()
    {
        var ada = await User("ada");
        var claims = Claims(ada.Token!);

        claims.EnumerateObject().Select(claim => claim.Name).Should().BeEquivalentTo("sub", "username", "jti", "iat", "exp", "iss", "aud");
        claims.Text("sub").Should().Be($"{ada.Id}");
        claims.Text("username").Should().Be(ada.Username);
        (claims.Number("exp") - claims.Number("iat")).Should().Be(3600);
        Claims((await ada.OnAnotherDevice()).Token!).Text("jti").Should().NotBe(claims.Text("jti"));
    }

    [Fact]
    public async Task No_token_and_bad_tokens_are_401_in_json()
    {
        var ada = await User("ada");
        var reply = await Nobody.Get(ProfilePath);
        reply.Status.Should().Be(401);
        reply.Headers.WwwAuthenticate.ToString().Should().Be("Bearer");
        reply.Code.Should().Be("not_authenticated");

        foreach (var bad in BadTokens(ada))
        {
            Nobody.Token = bad;
            reply = await Nobody.Get(ProfilePath);
            reply.Status.Should().Be(401, "of the token {0}", bad);
            reply.Headers.WwwAuthenticate.ToString().Should().Be("Bearer error=\"invalid_token\"");
            reply.Code.Should().Be("not_authenticated");
        }
    }

    [Fact]
    public async Task A_token_in_the_query_is_for_sockets_only()
    {
        var ada = await User("ada");
        await Nobody.Get($"{ProfilePath}?token={ada.Token}&access_token={ada.Token}").Fails(401);
        TokenOf("/ws/messaging/", $"?token={ada.Token}").Should().Be(ada.Token);
        TokenOf("/hubs/chat", $"?access_token={ada.Token}").Should().Be(ada.Token);
        TokenOf("/hubs/chat", $"?token={ada.Token}").Should().BeNull();
        TokenOf("/api/messaging/", $"?token={ada.Token}").Should().BeNull();

        static string? TokenOf(string path, string query)
        {
            var request = new DefaultHttpContext().Request;
            (request.Path, request.QueryString) = (path, new QueryString(query));
            return BearerScheme.TokenIn(request);
        }
    }

    [Fact]
    public async Task A_checked_token_names_its_caller()
    {
        var ada = await User("ada");
        var tokens = Server.Services.GetRequiredService<AccessTokens>();

        var caller = (await tokens.Authenticate(ada.Token!, default))!;

        caller.Should().BeEquivalentTo(new { UserId = ada.Id, ada.Username, IsActive = true, IsSuperuser = false });
        caller.TokenId.Should().StartWith($"{caller.SessionId}-");
        caller.Expires.Milliseconds.Should().Be(Claims(ada.Token!).Number("exp") * 1000);
        (await tokens.Authenticate((await Superuser()).Token!, default))!.IsSuperuser.Should().BeTrue();
        (await tokens.Authenticate("", default)).Should().BeNull();
    }

    [Fact]
    public async Task An_expired_token_is_worth_nothing_to_the_second()
    {
        var ada = await User("ada");
        var session = Claims(ada.Token!).Text("jti");
        Nobody.Token = Forge(Key, $"{ada.Id}", session, expires: DateTime.UtcNow.AddSeconds(-1));
        await Nobody.Get(ProfilePath).Fails(401);
        Nobody.Token = Forge(Key, $"{ada.Id}", session, expires: DateTime.UtcNow.AddSeconds(30));
        await Nobody.Get(ProfilePath).Ok();
    }

    [Fact]
    public async Task A_database_that_is_lost_while_a_token_is_checked_is_503_and_no_bad_token()
    {
        await using var server = await TestServer.Start(Server.Engine);
        using var ada = await Support.User.Register(server, "ada", 1);

        server.Database.Availability.MarkDown();
        var reply = await ada.Get(ProfilePath);
        server.Database.Availability.MarkUp();

        reply.Status.Should().Be(503);
        reply.Code.Should().Be("database_unavailable");
        reply.Headers.RetryAfter.Should().NotBeNull();
        reply.Headers.WwwAuthenticate.Should().BeEmpty();
        server.Log.Errors.Should().BeEmpty();
    }

    private IEnumerable<string> BadTokens(User ada)
    {
        var parts = ada.Token!.Split('.');
        var session = Claims(ada.Token).Text("jti");
        var soon = DateTime.UtcNow.AddHours(1);
        yield return "garbage";
        yield return "a.b.c";
        yield return $"{parts[0]}.{parts[1]}.";
        yield return $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.";
        yield return $"{parts[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace(ada.Username, "root", StringComparison.Ordinal))}.{parts[2]}";
        yield return Forge(Encoding.UTF8.GetBytes("another key that is long enough, too"), $"{ada.Id}", session, soon);
        yield return Forge(Key, $"{ada.Id}", session, soon, issuer: "somebody else");
        yield return Forge(Key, $"{ada.Id}", session, soon, audience: "somebody else");
        yield return Forge(Key, "1", session, soon);
        yield return Forge(Key, $"{ada.Id}", "999999-x", soon);
        yield return Forge(Key, $"{ada.Id}", "x", soon);
        yield return Forge(Key, "me", session, soon);
        yield return new string('x', 20_000);
    }

    private static string Forge(byte[] key, string subject, string id, DateTime expires, string issuer = "connectify", string audience = "connectify")
        => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Subject = new ClaimsIdentity([new Claim("sub", subject), new Claim("username", "x"), new Claim("jti", id)]),
            Issuer = issuer,
            Audience = audience,
            IssuedAt = DateTime.UtcNow.AddHours(-1),
            Expires = expires,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256),
        });

    private static JsonElement Claims(string token) => JsonElement.Parse(Base64UrlEncoder.Decode(token.Split('.')[1]));

    public sealed class OnSqlite(SqliteServer on) : AccessTokenTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : AccessTokenTests(on), IClassFixture<PostgresServer>;
}
