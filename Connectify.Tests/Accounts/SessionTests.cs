using System.Buffers.Binary;
using Connectify.Server.Accounts;
using Connectify.Server.Realtime.Events;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Accounts;

public abstract class SessionTests(ServerFixture on) : ServerTests(on)
{
    private const string LoginPath = "/api/accounts/login/";
    private const string RefreshPath = "/api/accounts/token/refresh/";
    private const string SessionsPath = "/api/accounts/sessions/";
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
        (await passwords.Verify(null, "nobody's password", default)).IsRight.Should().BeFalse("the decoy's password opens nothing");
        (await passwords.Verify(await passwords.Hash("right one", default), "right one", default)).Should().Be(new PasswordMatch(true, null));
    }

    [Fact]
    public async Task A_hash_of_an_earlier_version_is_renewed_by_logins_which_may_come_at_once()
    {
        var ada = await User("ada");
        var old = new PasswordHasher<object>().HashPassword(new object(), TestServer.Password);
        await Server.Database.Execute("UPDATE users SET password_hash = @old WHERE id = @Id", new { ada.Id, old }, default);
        await Nobody.Post(LoginPath, new { username = ada.Username, password = "not this one" }).Fails(401);
        (await Hash()).Should().Be(old);

        var replies = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Nobody.Post(LoginPath, new { username = ada.Username, password = TestServer.Password })));

        replies.Should().OnlyContain(reply => reply.Status == 200);
        BinaryPrimitives.ReadUInt32BigEndian(Convert.FromBase64String(await Hash()).AsSpan(5)).Should().Be(210_000);
        await Nobody.Post(LoginPath, new { username = ada.Username, password = TestServer.Password }).Ok();

        async Task<string> Hash()
            => (await Server.Database.FirstOrDefault<string>("SELECT password_hash FROM users WHERE id = @Id", new { ada.Id }, default))!;
    }

    [Fact]
    public async Task White_space_around_a_name_or_an_address_is_none_of_it()
    {
        var ada = await User("ada");
        foreach (var blank in new[] { " ", "\t\r\n", "\u00a0", "\u3000", "\u200b", "\ufeff" })
        {
            await Nobody.Post(LoginPath, new { username = $"{blank}{ada.Username}{blank}", password = TestServer.Password }).Ok();
            await Nobody.Post(LoginPath, new { email = $"{blank}{ada.Username}@example.com{blank}", password = TestServer.Password }).Ok();
        }

        await Nobody.Post(LoginPath, new { username = ada.Username, password = $"{TestServer.Password} " }).Fails(401);
        await Nobody.Post(LoginPath, new { username = "\u00a0", password = TestServer.Password }).Fails(400, code: "invalid");
    }

    [Fact]
    public async Task While_many_log_in_at_once_each_is_in_soon_or_told_to_come_again()
    {
        var ada = await User("ada");
        var logins = Enumerable.Range(0, 40 * Environment.ProcessorCount)
            .Select(_ => Nobody.Post(LoginPath, new { username = ada.Username, password = TestServer.Password }));

        var replies = await Task.WhenAll(logins);

        replies.Should().OnlyContain(reply => reply.Status == 200 || (reply.Status == 503 && reply.Code == "overloaded" && reply.Headers.RetryAfter != null));
        replies.Should().Contain(reply => reply.Status == 200).And.Contain(reply => reply.Status == 503);
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
    public async Task A_refresh_token_older_than_the_last_but_one_ends_its_session_and_no_other()
    {
        var ada = await User("ada");
        var phone = Keep(await ada.OnAnotherDevice());
        var first = await Refresh(ada.RefreshToken).Ok();
        var second = await Refresh(first.Text("refresh_token")).Ok();

        await Refresh(ada.RefreshToken).Fails(401, "Invalid refresh token", "invalid_refresh_token");

        await Refresh(second.Text("refresh_token")).Fails(401);
        await ada.Get(ProfilePath).Fails(401);
        await phone.Get(ProfilePath).Ok();
        await Refresh(phone.RefreshToken).Ok();
    }

    [Fact]
    public async Task A_refresh_whose_answer_was_lost_is_asked_for_again_and_the_lost_pair_is_dead()
    {
        var ada = await User("ada");
        var lost = await Refresh(ada.RefreshToken).Ok();

        var pair = await Refresh(ada.RefreshToken).Ok();

        await Refresh(lost.Text("refresh_token")).Fails(401, "Invalid refresh token");
        ada.Token = pair.Text("token");
        await ada.Get(ProfilePath).Ok();
        await Refresh(pair.Text("refresh_token")).Ok();
        await Refresh(ada.RefreshToken).Fails(401);
        await ada.Get(ProfilePath).Fails(401);
    }

    [Fact]
    public async Task Half_a_minute_later_a_used_refresh_token_ends_its_session()
    {
        var ada = await User("ada");
        var pair = await Refresh(ada.RefreshToken).Ok();
        await Refresh(ada.RefreshToken).Ok();
        await Server.Database.Execute("UPDATE refresh_tokens SET used_at = used_at - 30000 WHERE used_at IS NOT NULL", null, default);

        await Refresh(ada.RefreshToken).Fails(401, "Invalid refresh token");

        await Refresh(pair.Text("refresh_token")).Fails(401);
        await ada.Get(ProfilePath).Fails(401);
    }

    [Fact]
    public async Task Of_many_refreshes_at_once_all_work_and_one_pair_counts()
    {
        var ada = await User("ada");
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Refresh(ada.RefreshToken)));
        replies.Should().OnlyContain(reply => reply.Status == 200);

        var statuses = new List<int>();
        foreach (var reply in replies) statuses.Add((await Refresh(reply.Body.Text("refresh_token"))).Status);

        statuses.Should().BeEquivalentTo([200, .. Enumerable.Repeat(401, 9)]);
        await ada.Get(ProfilePath).Ok();
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
        await Server.Database.Execute("UPDATE sessions SET expires_at = 1, created_at = 1 WHERE user_id = @Id", new { ada.Id }, default);
        await Nobody.Post(RefreshPath, new { refresh_token = ada.RefreshToken }).Fails(401);

        Keep(await ada.OnAnotherDevice());
        var left = await Server.Database.Query<long>("SELECT expires_at FROM sessions WHERE user_id = @Id", new { ada.Id }, default);
        left.Should().ContainSingle("a login sweeps up the dead ones").Which.Should().BeGreaterThan(1);
    }

    [Fact]
    public async Task A_user_sees_his_sessions_and_nobody_elses()
    {
        var (ada, bo) = (await User("ada"), await User("bo"));
        var phone = Keep(await ada.OnAnotherDevice());
        await Refresh(ada.RefreshToken).Ok();
        await Nobody.Post("/api/accounts/logout/", new { refresh_token = Keep(await ada.OnAnotherDevice()).RefreshToken }).NoContent();

        var sessions = (await phone.Get(SessionsPath).Ok()).EnumerateArray().ToList();

        sessions.Should().HaveCount(2);
        sessions[0].EnumerateObject().Select(property => property.Name)
            .Should().BeEquivalentTo("id", "created_at", "last_used_at", "expires_at", "user_agent", "ip", "is_current");
        sessions.Select(session => session.Flag("is_current")).Should().Equal(true, false);
        sessions.Should().AllSatisfy(session => session.Text("ip").Should().Be("127.0.0.1"));
        sessions.Should().AllSatisfy(session => session.IsNull("user_agent").Should().BeTrue("this client doesn't say"));
        sessions[1].GetProperty("last_used_at").GetDateTimeOffset().Should().BeAfter(sessions[1].GetProperty("created_at").GetDateTimeOffset());
        (await bo.Get(SessionsPath).Ok()).EnumerateArray().Should().ContainSingle().Which.Id().Should().NotBe(sessions[0].Id()).And.NotBe(sessions[1].Id());
        await Nobody.Get(SessionsPath).Fails(401);
    }

    [Fact]
    public async Task A_user_ends_one_session_or_all_others()
    {
        var (ada, bo) = (await User("ada"), await User("bo"));
        User phone = Keep(await ada.OnAnotherDevice()), tablet = Keep(await ada.OnAnotherDevice()), watch = Keep(await ada.OnAnotherDevice());
        var socket = await phone.Listen("");
        var id = (await phone.Get(SessionsPath).Ok())[0].Id();

        await bo.Delete($"{SessionsPath}{id}/").Fails(404, "Session not found", "session_not_found");
        await ada.Delete($"{SessionsPath}999999/").Fails(404, "Session not found");
        await ada.Delete($"{SessionsPath}{id}/").NoContent();
        await ada.Delete($"{SessionsPath}{id}").NoContent();

        (await socket.Closed()).Should().Be(4003);
        await phone.Get(ProfilePath).Fails(401);
        await Refresh(phone.RefreshToken).Fails(401);
        await tablet.Get(ProfilePath).Ok();

        await ada.Delete(SessionsPath).NoContent();
        await tablet.Get(ProfilePath).Fails(401);
        await watch.Get(ProfilePath).Fails(401);
        (await ada.Get(SessionsPath).Ok()).EnumerateArray().Should().ContainSingle().Which.Flag("is_current").Should().BeTrue();
        await bo.Get(ProfilePath).Ok();
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

    private Task<Reply> Refresh(string token) => Nobody.Post(RefreshPath, new { refresh_token = token });

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
