using System.Net.WebSockets;
using Connectify.Server.Realtime.Connections;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Whoever says nothing is pinged; whoever doesn't answer that is gone, however much TCP still takes for him.</summary>
public sealed class SilentSocketTests(SqliteServer on) : ServerTests(on), IClassFixture<SqliteServer>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Whoever_answers_no_ping_is_cut_and_whoever_does_is_not()
    {
        User ann = await User("ann"), bo = await User("bo");
        var chat = await ann.StartsConversation(bo);
        var connections = Server.Services.GetRequiredService<ConnectionStore>();
        using var patience = new CancellationTokenSource(Timeout);

        using var answering = await Silent(ann.SocketUrl(chat), patience.Token);
        using var deaf = await Silent(bo.SocketUrl(chat), patience.Token);
        var reading = Read(answering, patience.Token);
        await Until(() => connections.OfUser(ann.Id).Count == 1 && connections.OfUser(bo.Id).Count == 1, patience.Token);

        await Until(() => connections.OfUser(bo.Id).Count == 0, patience.Token);
        connections.OfUser(ann.Id).Should().HaveCount(1, "it came earlier, and has said as little");
        reading.IsCompleted.Should().BeFalse();

        await answering.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        await reading;
    }

    [Fact]
    public async Task A_SignalR_client_is_pinged_in_SignalRs_way_and_ended_when_it_pings_no_more()
    {
        const int Ping = 6;
        const int Close = 7;
        const int MostPings = 6;
        var ann = await User("ann");
        await using var hub = await RecordSocket.Open(Server.SocketUrl($"/hubs/chat?access_token={ann.Token}"));
        await hub.Send(RecordSocket.Handshake);
        (await hub.Next()).GetRawText().Should().Be("{}");
        await hub.Send($$"""{"type":{{Ping}}}""");
        var heard = new List<long>();
        while (!heard.Contains(Close) && heard.Count < MostPings) heard.Add((await hub.Next()).Number("type"));
        heard.Should().EndWith(Close).And.Contain(Ping);
        await hub.Invoking(gone => gone.Next()).Should().ThrowAsync<EndOfStreamException>();
    }

    // Answers pings while somebody reads from it, and says nothing of its own accord.
    private static async Task<ClientWebSocket> Silent(Uri url, CancellationToken patience)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = System.Threading.Timeout.InfiniteTimeSpan;
        await socket.ConnectAsync(url, patience);
        return socket;
    }

    private static async Task Read(ClientWebSocket socket, CancellationToken patience)
    {
        var buffer = new byte[4096];
        while ((await socket.ReceiveAsync(buffer, patience)).MessageType != WebSocketMessageType.Close)
        {
            // What it hears doesn't matter.
        }
    }

    private static async Task Until(Func<bool> holds, CancellationToken patience)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!holds()) await timer.WaitForNextTickAsync(patience);
    }
}
