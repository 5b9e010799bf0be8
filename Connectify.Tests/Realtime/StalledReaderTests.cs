using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Connectify.Protocol;
using Connectify.Server.Kernel;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Feeds;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Somebody who stops reading is cut off, and nobody else notices.</summary>
public abstract class StalledReaderTests(ServerFixture on) : ServerTests(on)
{
    private const int MostMessages = 5000;

    [Theory]
    [InlineData("plain")]
    [InlineData("hub")]
    public async Task Whoever_reads_nothing_is_cut_while_the_others_hear_all(string kind)
    {
        await using var server = await TestServer.Start(
            Server.Engine, "--Sockets:MaxQueuedBytes=65536", "--Sockets:MaxWriteStallSeconds=1", "--Messaging:DualSendWindowSeconds=0");
        using var measured = new MetricsProbe(server);
        User ann = Keep(await Support.User.Register(server, "ann", 1)), bo = Keep(await Support.User.Register(server, "bo", 1));
        var cy = Keep(await Support.User.Register(server, "cy", 1));
        var path = await ann.StartsGroup(bo, cy);
        PlainSocket anns = await ann.Listen(path), cys = await cy.Listen(path);
        using var stalled = await Stalled(kind == "hub" ? server.SocketUrl($"/hubs/chat?access_token={bo.Token}") : bo.SocketUrl(path));
        if (kind == "hub") await Join(stalled, ChatSteps.ChatId(path));
        var connections = server.Services.GetRequiredService<ConnectionStore>();
        await Follows(server, bo, path);

        var sent = 0;
        while (connections.OfUser(bo.Id).Count > 0)
        {
            (sent < MostMessages).Should().BeTrue("whoever reads nothing is cut at last");
            await anns.Send(new { type = Frames.Message, content = new string('x', 10_000) });
            (await cys.HearsNext(Frames.Message)).Number("seq").Should().Be(++sent);
        }

        (measured.Sum("connectify.connections.aborted/queue_full") + measured.Sum("connectify.connections.aborted/stalled")).Should().BePositive();
        await anns.Send(new { type = Frames.Message, content = "the end" });
        (await cys.HearsNext(Frames.Message)).Part("message").Text("content").Should().Be("the end");
        (await anns.Hears(Frames.Message, frame => frame.Number("seq") == sent + 1)).Part("message").Text("content").Should().Be("the end");
        foreach (var user in new[] { ann, cy }) await user.HangUp();
        server.Log.Errors.Should().BeEmpty();
    }

    // As little as possible is buffered on this side; the server's side of the kernel has its own measure.
    private static async Task<ClientWebSocket> Stalled(Uri url)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var client = new ClientWebSocket();
        await client.ConnectAsync(url, new HttpMessageInvoker(handler), patience.Token);
        return client;
    }

    private static async Task Join(ClientWebSocket socket, long group)
    {
        const char End = '\u001e';
        foreach (var text in new[]
        {
            $$"""{"protocol":"json","version":1}{{End}}""",
            $$"""{"type":1,"target":"Join","arguments":[{"group_chat_id":{{group}}}]}{{End}}""",
        })
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
        }
    }

    private static async Task Follows(TestServer server, User user, string path)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var groups = server.Services.GetRequiredService<ChatGroups>();
        var group = ChatFeed.GroupName(new ChatRef(path.StartsWith("conversations", StringComparison.Ordinal) ? ChatKind.Conversation : ChatKind.Group, ChatSteps.ChatId(path)));
        while (!groups.Members(group).Any(member => member.Caller.UserId == user.Id))
        {
            // It reads nothing, so it can't tell: a request takes its time.
            await user.Get("/api/accounts/profile/").Ok();
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    public sealed class OnSqlite(SqliteServer on) : StalledReaderTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : StalledReaderTests(on), IClassFixture<PostgresServer>;
}
