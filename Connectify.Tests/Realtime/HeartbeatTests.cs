using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

public abstract class HeartbeatTests(ServerFixture on) : ServerTests(on)
{
    private const string Moment = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$";

    [Fact]
    public async Task It_comes_again_and_again_acknowledged_or_not()
    {
        await using var server = await TestServer.Start(Server.Engine, "--Sockets:HeartbeatSeconds=1");
        User ann = Keep(await Support.User.Register(server, "ann", 1)), bo = Keep(await Support.User.Register(server, "bo", 1));
        PlainSocket acknowledging = await ann.Listen(await ann.StartsConversation(bo)), silent = await bo.Listen("");

        for (var i = 0; i < 3; i++)
        {
            var beat = await acknowledging.Hears(Frames.Heartbeat);
            beat.EnumerateObject().Select(field => field.Name).Should().Equal("type", "timestamp", "connection_id");
            beat.Text("timestamp").Should().MatchRegex(Moment);
            beat.Text("connection_id").Should().Be($"user_{ann.Id}");
            await acknowledging.Send(new { type = Frames.HeartbeatAck, timestamp = beat.Text("timestamp") });
            (await silent.Hears(Frames.Heartbeat)).Text("connection_id").Should().Be($"user_{bo.Id}");
        }

        await acknowledging.HearsNothing();
        await ann.HangUp();
        await bo.HangUp();
    }

    [Theory]
    [InlineData("""{"type":"ping"}""")]
    [InlineData("{ \"type\": \"ping\" }\r\n")]
    [InlineData("""{"a":"ping","type":"ping","timestamp":1,"type":"ping"}""")]
    public async Task Every_ping_has_its_pong(string ping)
    {
        User ann = await User("ann"), bo = await User("bo");
        var anns = await ann.Listen(await ann.StartsConversation(bo));

        await anns.SendText(ping);

        var pong = await anns.HearsNext(Frames.Pong);
        pong.EnumerateObject().Select(field => field.Name).Should().Equal("type", "timestamp", "client_id");
        pong.Text("timestamp").Should().MatchRegex(Moment);
        pong.Text("client_id").Should().Be($"{ann.Username}_{ann.Id}");
    }

    [Fact]
    public async Task A_long_ping_too()
    {
        User ann = await User("ann");
        var anns = await ann.Listen("");
        await anns.Send(new { type = Frames.Ping, padding = new string('x', 10_000) });
        await anns.HearsNext(Frames.Pong);
        await anns.Send(new { type = Frames.Message, content = "ping" });
        await anns.HearsNext(Frames.Error);
    }

    [Fact]
    public async Task The_hub_pongs_as_well()
    {
        User ann = await User("ann");
        var pong = await (await ann.JoinHub()).Invoke("Ping");
        pong.Text("timestamp").Should().MatchRegex(Moment);
        pong.Text("client_id").Should().Be($"{ann.Username}_{ann.Id}");
    }

    public sealed class OnSqlite(SqliteServer on) : HeartbeatTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : HeartbeatTests(on), IClassFixture<PostgresServer>;
}
