using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Connectify.Tests.Scenarios;

/// <summary>A connection of somebody in the biggest group that asks for all there is, again and again, and reads nothing.</summary>
internal sealed class StalledReader(Cluster cluster, ScenarioUsers users)
{
    private const int SmallBuffer = 4096;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    public async Task Stall(Mishap mishap)
    {
        var random = new Random(mishap.Draw);
        var node = cluster.Nodes[random.Next(cluster.Nodes.Count)];
        var group = users.Chats[0];
        using var socket = new ClientWebSocket();
        using var client = new HttpMessageInvoker(Handler());
        using var patience = new CancellationTokenSource(Timeout + mishap.Lasts);
        var clock = Environment.TickCount64;
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{node.Url.Authority}/ws/messaging/?token={group.Members[^1].Token}"), client, patience.Token);
            var ask = Encoding.UTF8.GetBytes($$"""{"type":"resume","chats":[{"{{group.IdName}}":{{group.Id}},"since":0}]}""");
            while (Environment.TickCount64 - clock < mishap.Lasts.TotalMilliseconds)
            {
                await socket.SendAsync(ask, WebSocketMessageType.Text, true, patience.Token);
                await Task.Delay(100, patience.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // Not let in, or cut off: as it should be.
        }

        socket.Abort();
    }

    private static SocketsHttpHandler Handler() => new()
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = SmallBuffer, NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };
}
