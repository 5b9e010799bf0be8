using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Connectify.Tests.Support;

/// <summary>A WebSocket at the hub, spoken to in SignalR's records as they stand on the wire.</summary>
public sealed class RecordSocket : IAsyncDisposable
{
    /// <summary>What comes first.</summary>
    public const string Handshake = """{"protocol":"json","version":1}""";

    private const char End = '\u001e';
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(40);

    private readonly ClientWebSocket _socket = new();
    private readonly Queue<string> _records = new();

    private RecordSocket()
    {
    }

    /// <summary>What the server closed with; null while it hasn't.</summary>
    public WebSocketCloseStatus? ClosedWith => _socket.CloseStatus;

    /// <summary>What the server chose of the subprotocols that were offered.</summary>
    public string? Subprotocol => _socket.SubProtocol;

    public static async Task<RecordSocket> Open(Uri url, Action<ClientWebSocketOptions>? configure = null, HttpMessageInvoker? http = null)
    {
        var socket = new RecordSocket();
        configure?.Invoke(socket._socket.Options);
        using var patience = new CancellationTokenSource(Timeout);
        await socket._socket.ConnectAsync(url, http, patience.Token);
        return socket;
    }

    /// <summary>Sends records in one message.</summary>
    public Task Send(params IEnumerable<string> records) => SendBytes(Bytes(records), WebSocketMessageType.Text, isLast: true);

    /// <summary>Sends a part of a message.</summary>
    public async Task SendBytes(ReadOnlyMemory<byte> part, WebSocketMessageType type, bool isLast)
    {
        using var patience = new CancellationTokenSource(Timeout);
        await _socket.SendAsync(part, type, isLast, patience.Token);
    }

    /// <summary>Records as they go over the wire.</summary>
    public static byte[] Bytes(params IEnumerable<string> records) => Encoding.UTF8.GetBytes(string.Concat(records.Select(record => record + End)));

    /// <returns>The next record.</returns>
    /// <exception cref="EndOfStreamException">The server has closed.</exception>
    public async Task<JsonElement> Next()
    {
        if (_records.Count == 0) await Receive();
        return JsonElement.Parse(_records.Dequeue());
    }

    /// <summary>Says that nothing more comes.</summary>
    public async Task Close()
    {
        using var patience = new CancellationTokenSource(Timeout);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task Receive()
    {
        using var patience = new CancellationTokenSource(Timeout);
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        WebSocketReceiveResult got;
        do
        {
            got = await _socket.ReceiveAsync(buffer, patience.Token);
            if (got.MessageType == WebSocketMessageType.Close) throw new EndOfStreamException();
            message.Write(buffer, 0, got.Count);
        }
        while (!got.EndOfMessage);

        var records = Encoding.UTF8.GetString(message.ToArray()).Split(End);
        if (records[^1].Length > 0) throw new InvalidDataException("A record without an end.");
        foreach (var record in records[..^1]) _records.Enqueue(record);
    }
}
