using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Connectify.Tests.Accounts;

/// <summary>One line for each event that concerns access. The engines know nothing of it, so one will do.</summary>
public sealed class SecurityLogTests
{
    [Fact]
    public async Task Who_did_what_to_whom_and_from_where_is_one_line_each_without_a_secret()
    {
        using var log = new CapturedLog();
        await using var server = await Start(log);
        using var root = await User.LogIn(server, TestServer.SuperuserName);
        using User ada = await User.Register(server, "ada", 1), phone = await ada.OnAnotherDevice();
        using var nobody = new ApiClient(server);

        await nobody.Post("/api/accounts/login/", new { username = "ada", password = "a wrong password" }).Fails(401);
        await nobody.Post("/api/accounts/login/", new { username = "a password typed as a name", password = "x" }).Fails(401);
        await ada.Post("/api/accounts/password/", new { current_password = "a wrong password", new_password = "a better password" }).Fails(400);
        await ada.Post("/api/accounts/password/", new { current_password = TestServer.Password, new_password = "a better password" }).Ok();
        await ada.Put("/api/accounts/profile/", new { email = "other@example.com", bio = "x" }).Ok();
        await ada.Put("/api/accounts/profile/", new { email = "other@example.com" }).Ok();
        var users = "/api/accounts/organizations/1/users/";
        var hired = await root.Post(users, new { username = "bo", email = "bo@example.com", password = TestServer.Password }).Created();
        await root.Put($"{users}{hired.Id()}/role/", new { role = "ADMIN" }).Ok();
        await root.Delete($"{users}{hired.Id()}/").NoContent();
        await root.Post("/api/accounts/deactivate/", new { user_id = hired.Id() }).Ok();
        await root.Post("/api/accounts/reactivate/", new { user_id = hired.Id() }).Ok();
        var pair = await nobody.Post("/api/accounts/token/refresh/", new { refresh_token = ada.RefreshToken }).Ok();
        await nobody.Post("/api/accounts/token/refresh/", new { refresh_token = pair.Text("refresh_token") }).Ok();
        await nobody.Post("/api/accounts/token/refresh/", new { refresh_token = ada.RefreshToken }).Fails(401);
        await nobody.Post("/api/accounts/logout/", new { refresh_token = root.RefreshToken }).NoContent();

        var session = await server.Database.FirstOrDefault<long>("SELECT min(id) FROM sessions WHERE user_id = @Id", new { ada.Id }, default);
        Events(log).Should().Equal(
            $"login_succeeded: actor {root.Id}, target {root.Id}, address 127.0.0.1, -",
            $"registered: actor {ada.Id}, target {ada.Id}, address 127.0.0.1, -",
            $"login_succeeded: actor {ada.Id}, target {ada.Id}, address 127.0.0.1, -",
            $"login_failed: actor -, target {ada.Id}, address 127.0.0.1, invalid_credentials",
            "login_failed: actor -, target -, address 127.0.0.1, invalid_credentials",
            $"password_refused: actor {ada.Id}, target {ada.Id}, address 127.0.0.1, -",
            $"password_changed: actor {ada.Id}, target {ada.Id}, address 127.0.0.1, -",
            $"email_changed: actor {ada.Id}, target {ada.Id}, address 127.0.0.1, -",
            $"member_added: actor {root.Id}, target {hired.Id()}, address 127.0.0.1, organization 1",
            $"role_changed: actor {root.Id}, target {hired.Id()}, address 127.0.0.1, organization 1, role ADMIN",
            $"member_removed: actor {root.Id}, target {hired.Id()}, address 127.0.0.1, organization 1",
            $"account_deactivated: actor {root.Id}, target {hired.Id()}, address 127.0.0.1, -",
            $"account_activated: actor {root.Id}, target {hired.Id()}, address 127.0.0.1, -",
            $"refresh_token_reused: actor -, target {ada.Id}, address 127.0.0.1, session {session}",
            $"logged_out: actor {root.Id}, target {root.Id}, address 127.0.0.1, -");
    }

    [Fact]
    public async Task Refused_tokens_are_a_line_for_each_address_with_a_count()
    {
        using var log = new CapturedLog();
        await using (var server = await Start(log))
        {
            using var nobody = new ApiClient(server);
            await nobody.Get("/api/accounts/profile/").Fails(401);
            nobody.Token = "not.a.token";
            for (var i = 0; i < 3; i++) await nobody.Get("/api/accounts/profile/").Fails(401);
            await nobody.Get("/healthz");
            await using var socket = await PlainSocket.Knock(server.SocketUrl("/ws/messaging/?token=neither"));
            await socket.Closed();
            Events(log).Should().BeEmpty("the minute is not over");
        }

        Events(log).Should().Equal("token_refused: actor -, target -, address 127.0.0.1, count 4");
    }

    private static async Task<TestServer> Start(CapturedLog log)
    {
        var server = await TestServer.Start(DatabaseEngine.Sqlite, "--Logging:LogLevel:Connectify.Security=Information");
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        return server;
    }

    // Each is "Information Connectify.Security[name]: message state".
    private static IEnumerable<string> Events(CapturedLog log)
        => log.Lines.Where(line => line.Contains("Connectify.Security", StringComparison.Ordinal)).Select(line =>
        {
            var (name, message) = (line[(line.IndexOf('[') + 1)..line.IndexOf(']')], line[(line.IndexOf("]: ", StringComparison.Ordinal) + 3)..]);
            message.Should().StartWith($"{name}: ");
            return message[..(message.Length / 2)].TrimEnd();
        });
}
