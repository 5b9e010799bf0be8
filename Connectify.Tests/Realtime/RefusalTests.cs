using System.Net;
using Connectify.Protocol;
using Connectify.Server.Realtime.Connections;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>The documented client would knock every 3 s for ever: the fourth time it meets a closed door.</summary>
public abstract class RefusalTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task A_bad_token_is_refused_by_http_the_fourth_time()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = $"/ws/messaging/{await ann.StartsConversation(bo)}";
        var bad = Server.SocketUrl($"{path}?token={Unique("bad")}");
        for (var i = 0; i < 3; i++)
        {
            await using var socket = await PlainSocket.Knock(bad);
            (await socket.Closed()).Should().Be(4003);
        }

        (await PlainSocket.KnockStatus(bad)).Should().Be(HttpStatusCode.Unauthorized);
        (await PlainSocket.KnockStatus(bad)).Should().Be(HttpStatusCode.Unauthorized);
        (await PlainSocket.KnockStatus(Server.SocketUrl($"{path}?token={Unique("bad")}"))).Should().Be(HttpStatusCode.SwitchingProtocols);
        (await bo.Listen(path["/ws/messaging/".Length..])).Hello.Number("user_id").Should().Be(bo.Id, "another token passes");
    }

    [Fact]
    public async Task So_is_a_chat_of_others_and_only_that()
    {
        User ann = await User("ann"), bo = await User("bo"), eve = await User("eve");
        var path = await ann.StartsConversation(bo);
        for (var i = 0; i < 3; i++) (await (await eve.Knock(path)).Closed()).Should().Be(4004);

        (await PlainSocket.KnockStatus(eve.SocketUrl(path))).Should().Be(HttpStatusCode.Forbidden);
        (await PlainSocket.KnockStatus(eve.SocketUrl(path.TrimEnd('/')))).Should().Be(HttpStatusCode.Forbidden);
        await eve.Listen(await eve.StartsConversation(bo));
        await ann.Listen(path);
    }

    [Fact]
    public async Task Whoever_comes_in_is_never_refused_however_often()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        for (var i = 0; i < 10; i++)
        {
            await ann.Listen(path);
            await ann.HangUp();
        }
    }

    [Fact]
    public void A_minute_later_the_door_is_open_again()
    {
        var clock = new FakeTimeProvider();
        var throttle = new HandshakeThrottle(clock);
        var attempt = Knock("/ws/messaging/conversations/5/", "bad");
        for (var i = 0; i < 3; i++)
        {
            throttle.WhyNot(attempt).Should().BeNull();
            throttle.RecordFailure(attempt, CloseCodes.Unauthorized);
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        throttle.WhyNot(attempt)!.RetryAfter.Should().Be(TimeSpan.FromSeconds(30));
        throttle.WhyNot(Knock("/ws/messaging/conversations/6/", "bad")).Should().BeNull();
        throttle.WhyNot(Knock("/ws/messaging/conversations/5/", "other")).Should().BeNull();
        clock.Advance(TimeSpan.FromSeconds(31));
        throttle.WhyNot(attempt).Should().BeNull();
        throttle.RecordFailure(attempt, CloseCodes.Unauthorized);
        throttle.WhyNot(attempt).Should().BeNull("it counts anew");
    }

    private static ConnectAttempt Knock(string path, string token)
    {
        var context = new DefaultHttpContext();
        (context.Request.Path, context.Request.QueryString) = (path, new QueryString($"?token={token}"));
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        return new ConnectAttempt(context);
    }

    public sealed class OnSqlite(SqliteServer on) : RefusalTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : RefusalTests(on), IClassFixture<PostgresServer>;
}
