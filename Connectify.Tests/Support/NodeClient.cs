using System.Text.Json;

namespace Connectify.Tests.Support;

/// <summary>The stock JavaScript SignalR client, on any of its transports.</summary>
public sealed class NodeClient : Listener
{
    private readonly NodeProcess _node;

    private NodeClient(NodeProcess node, Inbox inbox)
        : base(inbox, "log", "$reconnecting", "$reconnected")
        => _node = node;

    /// <param name="server">Its URL.</param>
    /// <param name="token">An access token.</param>
    /// <param name="transport"><c>WebSockets</c>, <c>ServerSentEvents</c> or <c>LongPolling</c>.</param>
    /// <param name="reconnect">Whether the client reconnects by itself; it then tells <c>$reconnected</c>.</param>
    public static async Task<NodeClient> Open(Uri server, string? token, string transport, bool reconnect = false)
    {
        var inbox = new Inbox();
        var client = new NodeClient(await NodeProcess.Start(inbox, "hub"), inbox);
        try
        {
            var url = new Uri(server, "/hubs/chat").ToString();
            await client._node.Do("connect", new { url, token = token ?? "", transport, names = (string[])[.. FrameNames.All, FrameNames.OfAnApplication], reconnect });
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls a server method and waits for what it returns.</summary>
    /// <exception cref="NodeException">The server said no.</exception>
    public Task<JsonElement> Invoke(string method, params object[] arguments) => _node.Do("invoke", new { method, arguments });

    /// <summary>Calls <c>Join</c> for all chats at once; those refused come again when they are told to.</summary>
    /// <returns>How many calls it took.</returns>
    public async Task<int> JoinEach(object chats) => (await _node.Do("joinEach", new { chats })).GetInt32();

    /// <returns>Why the client says that it was closed; empty for a close without an error.</returns>
    public async Task<string> Closed() => (await Hears("$closed")).Text("error");

    public override ValueTask DisposeAsync() => _node.DisposeAsync();

    protected override Task Fence() => Invoke("Ping");
}
