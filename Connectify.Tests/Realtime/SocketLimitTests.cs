using System.Net;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>How many sockets, how many frames, and from which pages.</summary>
public abstract class SocketLimitTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task Connections_beyond_the_last_1008()
    {
        await using var server = await TestServer.Start(Server.Engine, "--Sockets:MaxConnectionsPerUser=2");
        User ann = Keep(await Support.User.Register(server, "ann", 1)), bo = Keep(await Support.User.Register(server, "bo", 1));
        var path = await ann.StartsConversation(bo);
        var first = await ann.Listen(path);
        var second = await ann.Listen("");

        (await (await ann.Knock(path)).Closed()).Should().Be(1008);
        (await (await ann.Knock("")).Closed()).Should().Be(1008);
        await bo.Listen(path);
        await first.Hears(await bo.Says(path, "still here"));

        await second.Close();
        var again = await ann.Knock(path);
        while (!await IsWelcome(again)) again = await ann.Knock(path);
        await ann.HangUp();
        await bo.HangUp();
    }

    [Fact]
    public async Task Frames_over_the_limit_are_told_when_to_come_again()
    {
        await using var server = await TestServer.Start(
            Server.Engine, "--RateLimits:Enabled=true", "--RateLimits:FrameBurst=3", "--RateLimits:FramesPerSecond=1");
        User ann = Keep(await Support.User.Register(server, "ann", 1)), bo = Keep(await Support.User.Register(server, "bo", 1));
        var path = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);

        for (var i = 0; i < 20; i++) await anns.Send(new { type = Frames.Message, content = $"{i}" });

        var error = await anns.Hears(Frames.Error);
        error.Text("code").Should().Be("rate_limited");
        error.Number("retry_after_ms").Should().BeInRange(1, 1000);
        (await bos.HearsNext(Frames.Message)).Part("message").Text("content").Should().Be("0");

        var hub = await bo.JoinHub();
        var pings = async () =>
        {
            for (var i = 0; i < 100; i++) await hub.Invoke("Ping");
        };
        (await pings.Should().ThrowAsync<HubException>()).WithMessage("*Too many frames, please slow down*");
        await ann.HangUp();
        await bo.HangUp();
    }

    [Fact]
    public async Task A_foreign_page_is_refused_by_http()
    {
        await using var server = await TestServer.Start(Server.Engine, "--Cors:Origins:0=https://chat.example.com");
        using var ann = await Support.User.Register(server, "ann", 1);
        foreach (var url in new[] { ann.SocketUrl(""), server.SocketUrl($"/hubs/chat?access_token={ann.Token}") })
        {
            (await From("https://evil.example.com", url)).Should().Be(HttpStatusCode.Forbidden);
            (await From("null", url)).Should().Be(HttpStatusCode.Forbidden);
            (await From("https://chat.example.com.evil.com", url)).Should().Be(HttpStatusCode.Forbidden);
            (await From($"http://{server.Url.Host}:1", url)).Should().Be(HttpStatusCode.Forbidden);
            (await From("https://chat.example.com", url)).Should().Be(HttpStatusCode.SwitchingProtocols);
            (await From($"http://{server.Url.Authority}", url)).Should().Be(HttpStatusCode.SwitchingProtocols);
            (await From($"https://{server.Url.Authority}", url)).Should().Be(HttpStatusCode.SwitchingProtocols, "a proxy may end TLS");
            (await PlainSocket.KnockStatus(url)).Should().Be(HttpStatusCode.SwitchingProtocols, "native apps send none");
        }

        static Task<HttpStatusCode> From(string origin, Uri url) => PlainSocket.KnockStatus(url, how => how.SetRequestHeader("Origin", origin));
    }

    [Fact]
    public async Task A_plain_request_learns_what_the_url_is_for()
    {
        var ann = await User("ann");
        await ann.Get("/ws/messaging/").Fails(426, code: "upgrade_required");
        await ann.Get("/ws/messaging/conversations/1/").Fails(426, code: "upgrade_required");
        await Nobody.Get("/hubs/chat").Fails(401);
    }

    private static async Task<bool> IsWelcome(PlainSocket socket)
    {
        var hello = socket.Hears(Frames.Hello);
        return await Task.WhenAny(hello, socket.Closed()) == hello && hello.IsCompletedSuccessfully;
    }

    public sealed class OnSqlite(SqliteServer on) : SocketLimitTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : SocketLimitTests(on), IClassFixture<PostgresServer>;
}
