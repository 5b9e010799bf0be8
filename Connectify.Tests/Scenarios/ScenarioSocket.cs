using System.Net.WebSockets;
using System.Text;

namespace Connectify.Tests.Scenarios;

/// <summary>One WebSocket connection to one node, and what came of it.</summary>
internal sealed class ScenarioSocket : IDisposable
{
    /// <summary>The code for a connection that ended without one.</summary>
    public const int Broken = 1006;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);

    private ScenarioSocket()
    {
        // Who is silent is found by pings of the protocol's own.
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
    }

    /// <summary>When something came last, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long LastHeard { get; private set; } = Environment.TickCount64;

    /// <returns>null: nobody let it in within its patience.</returns>
    public static async Task<ScenarioSocket?> Open(Uri url)
    {
        var socket = new ScenarioSocket();
        using var patience = new CancellationTokenSource(Timeout);
        try
        {
            await socket._socket.ConnectAsync(url, patience.Token);
            return socket;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Hands over each text as it comes.</summary>
    /// <returns>The code with which the connection ended.</returns>
    public async Task<int> Listen(Action<string> hears)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var got = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close) return (int?)got.CloseStatus ?? Broken;
                LastHeard = Environment.TickCount64;
                content.Write(buffer, 0, got.Count);
                if (!got.EndOfMessage) continue;
                hears(Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length));
                content.SetLength(0);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            return Broken;
        }
    }

    /// <summary>Sends a text; a line that is cut swallows it.</summary>
    public async Task Send(string text)
    {
        using var patience = new CancellationTokenSource(Timeout);
        try
        {
            await _sending.WaitAsync(patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }

        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener learns that the line is gone.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Ends it as a lost network does, without a word.</summary>
    public void Cut() => _socket.Abort();

    public void Dispose() => _socket.Dispose();
}
