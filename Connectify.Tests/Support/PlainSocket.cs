using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Connectify.Protocol;

namespace Connectify.Tests.Support;

/// <summary>A plain WebSocket as the documents describe it.</summary>
public sealed class PlainSocket : Listener
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private Task<int> _closed = Task.FromResult(0);

    private PlainSocket()
        : base(new Inbox())
    {
    }

    /// <summary>The <c>hello</c> that opened the stream; undefined where the connection was refused.</summary>
    public JsonElement Hello { get; private set; }

    /// <summary>What was negotiated, for tests of the handshake.</summary>
    public WebSocketState State => _socket.State;

    /// <summary>What the server chose of the subprotocols that were offered.</summary>
    public string? Subprotocol => _socket.SubProtocol;

    /// <summary>Opens a socket that is welcome: returns when <c>hello</c> is there.</summary>
    public static async Task<PlainSocket> Open(Uri url)
    {
        var socket = await Knock(url);
        try
        {
            socket.Hello = await socket.Hears(Frames.Hello);
            return socket;
        }
        catch
        {
            await socket.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a socket that may be turned away: returns after the upgrade, without waiting for a frame.</summary>
    /// <param name="url">The whole URL.</param>
    /// <param name="configure">Headers, sub-protocols, keep-alive.</param>
    /// <param name="http">What opens the connection; HTTP/2 wants one.</param>
    /// <exception cref="WebSocketException">The upgrade itself was refused.</exception>
    public static async Task<PlainSocket> Knock(Uri url, Action<ClientWebSocketOptions>? configure = null, HttpMessageInvoker? http = null)
    {
        var socket = new PlainSocket();
        configure?.Invoke(socket._socket.Options);
        using var patience = new CancellationTokenSource(Timeout);
        await socket._socket.ConnectAsync(url, http, patience.Token);
        socket._closed = socket.Receive();
        return socket;
    }

    /// <returns>The HTTP status that refused the upgrade; 101 where it was not refused.</returns>
    public static async Task<HttpStatusCode> KnockStatus(Uri url, Action<ClientWebSocketOptions>? configure = null)
    {
        await using var socket = new PlainSocket();
        configure?.Invoke(socket._socket.Options);
        socket._socket.Options.CollectHttpResponseDetails = true;
        using var patience = new CancellationTokenSource(Timeout);
        try
        {
            await socket._socket.ConnectAsync(url, patience.Token);
        }
        catch (WebSocketException) when (socket._socket.HttpStatusCode != 0)
        {
            // The status tells.
        }

        return socket._socket.HttpStatusCode;
    }

    public Task Send(object frame) => SendText(JsonReading.Json(frame).GetRawText());

    public Task SendText(string text) => SendFrame(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendFrame(byte[] content, WebSocketMessageType type)
    {
        await _sending.WaitAsync(_disposed.Token);
        try
        {
            await _socket.SendAsync(content, type, endOfMessage: true, _disposed.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <returns>The code the server closed with; 1006 when the connection was lost without one.</returns>
    public Task<int> Closed() => _closed.WaitAsync(Timeout);

    /// <summary>Closes as a client does.</summary>
    /// <returns>The code of the server's answer.</returns>
    public async Task<int> Close()
    {
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _disposed.Token);
        return await Closed();
    }

    /// <summary>Cuts the connection without a word, as a lost network does.</summary>
    public void Cut() => _socket.Abort();

    public override async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        _socket.Abort();
        await _closed;
        _socket.Dispose();
        _sending.Dispose();
        _disposed.Dispose();
    }

    protected override async Task Fence()
    {
        await Send(new { type = Frames.Ping });
        await Hears(Frames.Pong);
    }

    private async Task<int> Receive()
    {
        var code = 1006;
        try
        {
            while (await ReceiveText() is { } text)
            {
                var frame = JsonElement.Parse(text);
                Inbox.Add(new Frame(frame.Has("type") ? frame.Text("type") : "", frame));
            }

            code = (int?)_socket.CloseStatus ?? 1005;
            if (_socket.State == WebSocketState.CloseReceived)
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _disposed.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or InvalidOperationException or JsonException)
        {
            // A socket cut between two of its own checks says that it was never connected (an invalid operation), not that it is disposed.
            if (e is JsonException) Inbox.End($"a frame that is no JSON: {e.Message}");
        }

        Inbox.End($"closed with {code}");
        return code;
    }

    private async Task<string?> ReceiveText()
    {
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var got = await _socket.ReceiveAsync(buffer, _disposed.Token);
            if (got.MessageType == WebSocketMessageType.Close) return null;
            content.Write(buffer, 0, got.Count);
            if (got.EndOfMessage) return Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length);
        }
    }
}
