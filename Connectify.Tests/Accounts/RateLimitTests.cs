using Connectify.Migrations;
using Connectify.Server.Hosting;
using Connectify.Server.Http;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connectify.Tests.Accounts;

/// <summary>The limits know nothing of the database, so one engine will do.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task Each_user_has_his_requests_per_minute()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, "--RateLimits:Enabled=true", "--RateLimits:RequestsPerMinute=5");
        using var ada = await User.Register(server, "ada", 1);
        using var bo = await User.Register(server, "bo", 1);
        for (var i = 0; i < 5; i++) await ada.Get("/api/accounts/profile/").Ok();

        var reply = await ada.Get("/api/accounts/profile/");

        reply.Status.Should().Be(429);
        reply.Code.Should().Be("rate_limited");
        reply.Headers.RetryAfter!.Delta.Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(1));
        await bo.Get("/api/accounts/profile/").Ok();
    }

    [Fact]
    public async Task Guessing_one_accounts_password_is_slow_and_keeps_nobody_else_out()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, "--RateLimits:Enabled=true", "--RateLimits:LoginsPerMinute=3");
        using var ada = await User.Register(server, "ada", 1);
        using var bo = await User.Register(server, "bo", 1);
        using var nobody = new ApiClient(server);
        for (var i = 0; i < 3; i++) await nobody.Post("/api/accounts/login/", new { username = "ADA", password = "a guess" }).Fails(401);

        await nobody.Post("/api/accounts/login/", new { username = "ada", password = TestServer.Password }).Fails(429, code: "rate_limited");
        await nobody.Post("/api/accounts/login/", new { username = "bo", password = TestServer.Password }).Ok();
        await ada.Post("/api/accounts/password/", new { current_password = "a guess", new_password = "a better password" }).Fails(429);
    }

    [Fact]
    public async Task Registrations_from_one_address_are_counted()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, "--RateLimits:Enabled=true", "--RateLimits:RegistrationsPerHour=2");
        using var ada = await User.Register(server, "ada", 1);
        using var bo = await User.Register(server, "bo", 1);
        using var nobody = new ApiClient(server);

        var reply = await nobody.Post("/api/accounts/register/", new { username = "cy", email = "cy@example.com", password = TestServer.Password, organization_id = 1 });

        reply.Status.Should().Be(429);
        reply.Headers.RetryAfter!.Delta.Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromHours(1));
    }

    [Fact]
    public void Whoever_waits_as_long_as_told_may_ask_again()
    {
        var clock = new FakeTimeProvider();
        using var limits = new RateLimits(new RateLimitsSettings { Enabled = true, RequestsPerMinute = 2 }, clock);
        int Taken(int tries) => Enumerable.Range(0, tries).Count(_ => limits.Request("ada") is null);
        Taken(5).Should().Be(2);
        clock.Advance(TimeSpan.FromSeconds(40));

        var rejection = limits.Request("ada");

        rejection!.RetryAfter.Should().Be(TimeSpan.FromSeconds(20), "the window began with the first");
        clock.Advance(rejection.RetryAfter!.Value - TimeSpan.FromTicks(1));
        Taken(1).Should().Be(0);
        clock.Advance(TimeSpan.FromTicks(1));
        Taken(5).Should().Be(2);
    }

    [Fact]
    public async Task In_Development_nothing_is_limited()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, "--RateLimits:RequestsPerMinute=1");
        using var ada = await User.Register(server, "ada", 1);
        await ada.Get("/api/accounts/profile/").Ok();
        await ada.Get("/api/accounts/profile/").Ok();
    }
}
