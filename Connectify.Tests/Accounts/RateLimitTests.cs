using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Connectify.Migrations;
using Connectify.Server.Hosting;
using Connectify.Server.Http;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connectify.Tests.Accounts;

/// <summary>Most limits know nothing of the database, so one engine will do.</summary>
public sealed class RateLimitTests
{
    private const string LoginPath = "/api/accounts/login/";

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
    public async Task Passwords_that_are_sprayed_over_many_accounts_from_one_address_are_too()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, "--RateLimits:Enabled=true", "--RateLimits:LoginsPerAddressPerMinute=3");
        using var ada = await User.Register(server, "ada", 1);
        using var nobody = new ApiClient(server);
        for (var i = 0; i < 3; i++) await nobody.Post(LoginPath, new { username = $"name{i}", password = "a guess" }).Fails(401);

        var reply = await nobody.Post(LoginPath, new { username = "ada", password = TestServer.Password });

        reply.Status.Should().Be(429);
        reply.Code.Should().Be("rate_limited");
        reply.Headers.RetryAfter!.Delta.Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(1));
        using var elsewhere = From("127.0.0.2", server);
        (await LogIn(elsewhere, "ada", TestServer.Password)).Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.Postgres)]
    public async Task One_account_is_guessed_from_many_addresses_no_more_than_from_few_and_its_user_gets_in_where_he_was(DatabaseEngine engine)
    {
        string[] settings = ["--RateLimits:Enabled=true", "--RateLimits:FailedLoginsPerAccountPerHour=2"];
        await using var server = await TestServer.Start(engine, settings);
        using var ada = await User.Register(server, "ada", 1);
        await using (var twin = await server.StartTwin(settings))
        {
            foreach (var node in new[] { server, twin })
            {
                foreach (var name in new[] { "ADA", "nobody" })
                {
                    for (var i = 2; i < 4; i++) (await LogInFrom($"127.0.0.{i}", node, name, "a guess")).Should().Be(HttpStatusCode.Unauthorized);
                    (await LogInFrom("127.0.0.4", node, name, "a guess")).Should().Be(HttpStatusCode.TooManyRequests);
                    (await LogInFrom("127.0.0.5", node, name, TestServer.Password)).Should().Be(HttpStatusCode.TooManyRequests);
                }

                (await LogInFrom("127.0.0.1", node, "ada", TestServer.Password)).Should().Be(HttpStatusCode.OK);
            }
        }

        await server.Database.Execute("UPDATE sessions SET created_at = created_at - 2592000000", null, default);
        (await LogInFrom("127.0.0.1", server, "ada", TestServer.Password)).Should().Be(HttpStatusCode.TooManyRequests, "that was 30 days ago");
    }

    [Fact]
    public async Task Right_passwords_are_no_failures()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, "--RateLimits:Enabled=true", "--RateLimits:FailedLoginsPerAccountPerHour=1");
        using var ada = await User.Register(server, "ada", 1);

        for (var i = 2; i < 5; i++) (await LogInFrom($"127.0.0.{i}", server, "ada", TestServer.Password)).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Tries_of_other_addresses_for_a_profile_count_as_registrations()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, "--RateLimits:Enabled=true", "--RateLimits:RegistrationsPerHour=3");
        using User ada = await User.Register(server, "ada", 1), bo = await User.Register(server, "bo", 1);
        const string Profile = "/api/accounts/profile/";
        for (var i = 0; i < 5; i++) await ada.Put(Profile, new { email = "ADA@example.com" }).Ok();

        await ada.Put(Profile, new { email = "bo@example.com" }).Fails(400, "Email already in use");
        await ada.Put(Profile, new { email = "cy@example.com" }).Fails(429, code: "rate_limited");
        (await ada.Put(Profile, new { email = "ada@example.com", bio = "still" }).Ok()).Text("bio").Should().Be("still");
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

    private static async Task<HttpStatusCode> LogInFrom(string address, TestServer server, string username, string password)
    {
        using var client = From(address, server);
        return await LogIn(client, username, password);
    }

    private static async Task<HttpStatusCode> LogIn(HttpClient client, string username, string password)
    {
        using var reply = await client.PostAsJsonAsync(LoginPath, new { username, password });
        return reply.StatusCode;
    }

    // A client whose connections come from another loopback address.
    private static HttpClient From(string address, TestServer server) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = server.Url };

    [Fact]
    public async Task In_Development_nothing_is_limited()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, "--RateLimits:RequestsPerMinute=1");
        using var ada = await User.Register(server, "ada", 1);
        await ada.Get("/api/accounts/profile/").Ok();
        await ada.Get("/api/accounts/profile/").Ok();
    }
}
