using Connectify.Server.Accounts;
using Connectify.Server.Realtime.Events;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Accounts;

public abstract class SessionTests(ServerFixture on) : ServerTests(on)
{
    private const string LoginPath = "/api/accounts/login/";
    private const string RefreshPath = "/api/accounts/token/refresh/";
    private const string ProfilePath = "/api/accounts/profile/";

    [Fact]
    public async Task Login_answers_as_registration_does_by_name_or_address_in_any_case()
    {
        var ada = await User("ada");
        foreach (var body in new object[]
        {
            new { username = ada.Username, password = TestServer.Password },
            new { username = ada.Username.ToUpperInvariant(), password = TestServer.Password },
            new { email = $"{ada.Username}@EXAMPLE.com", password = TestServer.Password },
        })
        {
            var account = await Nobody.Post(LoginPath, body).Ok();
            account.EnumerateObject().Select(property => property.Name)
                .Should().BeEquivalentTo(ada.Account.EnumerateObject().Select(property => property.Name));
            account.Id().Should().Be(ada.Id);
            account.Number("organization_id").Should().Be(await Organization());
        }
    }

    [Fact]
    public async Task A_wrong_name_and_a_wrong_password_look_the_same()
    {
        var ada = await User("ada");
        var wrong = await Nobody.Post(LoginPath, new { username = ada.Username, password = "not this one" });
        var unknown = await Nobody.Post(LoginPath, new { username = Unique("nobody"), password = "not this one" });

        wrong.Status.Should().Be(401);
        wrong.Detail.Should().Be("Invalid credentials");
        wrong.Text.Should().Be(unknown.Text);
        unknown.Status.Should().Be(401);
        unknown.Headers.WwwAuthenticate.ToString().Should().Be("Bearer");
        await Nobody.Post(LoginPath, new { password = "x" }).Fails(400, code: "invalid");
        await Nobody.Post(LoginPath, new { username = ada.Username }).Fails(400, code: "invalid");
        await Nobody.Post(LoginPath, new { username = "nul\0", password = "x" }).Fails(400, code: "invalid");
    }

    [Fact]
    public async Task An_unknown_name_costs_a_comparison_too()
    {
        var passwords = Server.Services.GetRequiredService<Passwords>();
        (await passwords.Verify(null, "nobody's password", default)).Should().BeFalse("the decoy's password opens nothing");
        (await passwords.Verify(await passwords.Hash("right one", default), "right one", default)).Should().BeTrue();
    }

    [Fact]
    public async Task A_name_that_looks_like_anothers_address_takes_no_logins_from_him()
    {
        var ada = await User("ada");
        var name = $"{ada.Username}@example.com";
        await Nobody.Post("/api/accounts/register/", new { username = name, email = $"{Unique("eve")}@example.com", password = "a password of eve", organization_id = 1 }).Created();

        (await Nobody.Post(LoginPath, new { email = name, password = TestServer.Password }).Ok()).Id().Should().Be(ada.Id);
    }

    [Fact]
    public async Task Refreshing_gives_a_new_pair_and_keeps_the_session()
    {
        var ada = await User("ada");
        var pair = await Nobody.Post("/api/accounts/token/refresh", new { refresh_token = ada.RefreshToken }).Ok();

        pair.EnumerateObject().Select(property => property.Name).Should().BeEquivalentTo("token", "refresh_token");
        pair.Text("refresh_token").Should().NotBe(ada.RefreshToken);
        await ada.Get(ProfilePath).Ok();
        ada.Token = pair.Text("token");
        await ada.Get(ProfilePath).Ok();
    }

    [Fact]
    public async Task A_refresh_token_that_comes_back_ends_its_session_and_no_other()
    {
        var ada = await User("ada");
        var phone = Keep(await ada.OnAnotherDevice());
        var pair = await Nobody.Post(RefreshPath, new { refresh_token = ada.RefreshToken }).Ok();

        await Nobody.Post(RefreshPath, new { refresh_token = ada.RefreshToken }).Fails(401, "Invalid refresh token", "invalid_refresh_token");

        await Nobody.Post(RefreshPath, new { refresh_token = pair.Text("refresh_token") }).Fails(401);
        await ada.Get(ProfilePath).Fails(401);
        await phone.Get(ProfilePath).Ok();
        await Nobody.Post(RefreshPath, new { refresh_token = phone.RefreshToken }).Ok();
    }

    [Fact]
    public async Task Of_many_refreshes_at_once_one_works_and_the_session_ends()
    {
        var ada = await User("ada");
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Nobody.Post(RefreshPath, new { refresh_token = ada.RefreshToken })));

        replies.Count(reply => reply.Status == 200).Should().Be(1);
        replies.Where(reply => reply.Status != 200).Should().OnlyContain(reply => reply.Status == 401);
        var winner = replies.Single(reply => reply.Status == 200).Body;
        await Nobody.Post(RefreshPath, new { refresh_token = winner.Text("refresh_token") }).Fails(401);
    }

    [Fact]
    public async Task Refresh_tokens_are_stored_as_hashes()
    {
        var ada = await User("ada");
        var stored = await Server.Database.Query<string>("SELECT token_hash FROM refresh_tokens", null, default);
        stored.Should().NotContain(ada.RefreshToken).And.OnlyContain(hash => hash.Length == 64);
    }

    [Fact]
    public async Task Garbage_refreshes_nothing()
    {
        await Nobody.Post(RefreshPath, new { refresh_token = "garbage" }).Fails(401);
        await Nobody.Post(RefreshPath, new { }).Fails(400);
    }

    [Fact]
    public async Task An_expired_session_is_not_refreshed()
    {
        var ada = await User("ada");
        await Server.Database.Execute("UPDATE sessions SET expires_at = 1 WHERE user_id = @Id", new { ada.Id }, default);
        await Nobody.Post(RefreshPath, new { refresh_token = ada.RefreshToken }).Fails(401);

        Keep(await ada.OnAnotherDevice());
        var left = await Server.Database.Query<long>("SELECT expires_at FROM sessions WHERE user_id = @Id", new { ada.Id }, default);
        left.Should().ContainSingle("a login sweeps up the dead ones").Which.Should().BeGreaterThan(1);
    }

    [Fact]
    public async Task Logging_out_ends_the_session_once_and_for_all()
    {
        var ada = await User("ada");
        var told = Listen(ada);

        await Nobody.Post("/api/accounts/logout/", new { refresh_token = ada.RefreshToken }).NoContent();
        await Nobody.Post("/api/accounts/logout", new { refresh_token = ada.RefreshToken }).NoContent();
        await Nobody.Post("/api/accounts/logout/", new { refresh_token = "unknown" }).NoContent();
        await Nobody.Post("/api/accounts/logout/", new { }).Fails(400);

        await ada.Get(ProfilePath).Fails(401);
        await Nobody.Post(RefreshPath, new { refresh_token = ada.RefreshToken }).Fails(401);

        // The second time too: nobody may have heard of the first.
        told.Should().HaveCount(2).And.AllSatisfy(one => one.Should().BeOfType<SessionsRevoked>().Which.OnlySessionId.Should().NotBeNull());
    }

    [Fact]
    public async Task A_new_password_ends_every_other_login()
    {
        var ada = await User("ada");
        var phone = Keep(await ada.OnAnotherDevice());
        await phone.Get(ProfilePath).Ok();
        var told = Listen(ada);

        var done = await ada.Post("/api/accounts/password/", new { current_password = TestServer.Password, new_password = "a better password" }).Ok();

        done.Text("detail").Should().Be("Password changed");
        await phone.Get(ProfilePath).Fails(401);
        await Nobody.Post(RefreshPath, new { refresh_token = phone.RefreshToken }).Fails(401);
        await ada.Get(ProfilePath).Ok();
        await Nobody.Post(LoginPath, new { username = ada.Username, password = TestServer.Password }).Fails(401);
        await Nobody.Post(LoginPath, new { username = ada.Username, password = "a better password" }).Ok();
        told.Should().ContainSingle().Which.Should().BeOfType<SessionsRevoked>().Which.ExceptSessionId.Should().NotBeNull();
    }

    [Fact]
    public async Task A_new_password_needs_the_old_one_and_has_to_be_good()
    {
        var ada = await User("ada");
        const string Path = "/api/accounts/password/";
        await Nobody.Post(Path, new { current_password = TestServer.Password, new_password = "a better password" }).Fails(401);
        await ada.Post(Path, new { current_password = "a wrong password", new_password = "a better password" }).Fails(400, code: "wrong_password");
        await ada.Post(Path, new { current_password = TestServer.Password, new_password = "password1" }).Fails(400, code: "invalid");
        (await ada.Post(Path, new { current_password = TestServer.Password, new_password = ada.Username }).Fails(400)).Part("errors").Has("new_password").Should().BeTrue();
        await ada.Post(Path, new { }).Fails(400);
    }

    [Fact]
    public async Task Of_two_new_passwords_at_once_one_is_set()
    {
        var ada = await User("ada");
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => ada.Post(
            "/api/accounts/password/", new { current_password = TestServer.Password, new_password = $"a better password {i}" })));
        replies.Select(reply => reply.Status).Should().BeEquivalentTo([200, 400, 400, 400]);
    }

    private List<AccessEvent> Listen(User user)
    {
        var told = new List<AccessEvent>();
        Server.Services.GetRequiredService<EventPublisher>().AccessEventPublished += happened =>
        {
            if (happened.UserId == user.Id) told.Add(happened);
        };
        return told;
    }

    public sealed class OnSqlite(SqliteServer on) : SessionTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : SessionTests(on), IClassFixture<PostgresServer>;
}
