using System.Collections.Concurrent;
using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime.Connections;

/// <summary>One connection: a plain socket bound to a chat, a plain socket for all chats, or a SignalR client.</summary>
/// <param name="connection">What SignalR knows of it.</param>
/// <param name="caller">Whose it is.</param>
/// <param name="socket">What a plain socket was opened for; null for a SignalR client.</param>
/// <param name="protocol">Encodes what it is told.</param>
/// <param name="maxQueuedBytes">The most bytes that may wait for it.</param>
internal sealed class ClientConnection(HubConnectionContext connection, Caller caller, SocketBinding? socket, IHubProtocol protocol, int maxQueuedBytes)
{
    private static readonly SerializedHubMessage CloseWithReconnect = new(new CloseMessage(error: null, allowReconnect: true));
    private static readonly SerializedHubMessage CloseForGood = new(CloseMessage.Empty);

    private readonly Lock _gate = new();
    private ConcurrentDictionary<long, ChatRef>? _typingIn;
    private int _pendingBytes;
    private volatile bool _isGone;
    private int _sendsUnderWay;
    private long _pendingSince;

    public string Id => connection.ConnectionId;

    public Caller Caller => caller;

    /// <summary>Its caller's. Here too: it is looked at for each member of a chat and event.</summary>
    public long UserId { get; } = caller.UserId;

    /// <summary>What a plain socket was opened for; null for a SignalR client.</summary>
    public SocketBinding? Socket => socket;

    /// <summary>Its WebSocket; null where it has none, on SignalR's other transports.</summary>
    public SocketConnection? WebSocket { get; } = connection.Features.Get<SocketConnection>();

    public bool IsInbox => socket is { Chat: null };

    /// <summary>Where the client reached the server.</summary>
    public string BaseUrl { get; } = connection.Features.Get<RequestBaseUrl>()?.BaseUrl
        ?? (connection.GetHttpContext() is { } http ? PublicUrls.Base(http.Request) : "");

    /// <summary>The chats it follows. Small as long as they are few: most sockets are bound to one.</summary>
    public ConcurrentDictionary<long, ChatRef> Following { get; } = new(concurrencyLevel: 1, capacity: 1);

    /// <summary>The chats it is typing in. Made only for who types or writes: most listen.</summary>
    public ConcurrentDictionary<long, ChatRef> TypingIn
        => LazyInitializer.EnsureInitialized(ref _typingIn, static () => new ConcurrentDictionary<long, ChatRef>(concurrencyLevel: 1, capacity: 1));

    public required FrameLimit Limit { get; init; }

    public required Metrics Metrics { private get; init; }

    /// <summary>Bytes accepted for the client and not yet taken by it.</summary>
    public int QueuedBytes => WebSocket?.Queue.QueuedBytes ?? Volatile.Read(ref _pendingBytes);

    /// <summary>Whether the connection has ended: set before it is taken out of everything.</summary>
    public bool IsClosed
    {
        get => _isGone;
        set => _isGone = value;
    }

    /// <summary>How many <c>message</c> frames of a plain socket are being stored, and the last of them.</summary>
    public int PendingSends => Volatile.Read(ref _sendsUnderWay);

    public Task LastPendingSend { get; set; } = Task.CompletedTask;

    /// <summary>Whether presence counts it.</summary>
    public bool CountsForPresence { get; set; }

    /// <summary>When the clock looks at it next, and its next heartbeat and ping are due, in <see cref="Environment.TickCount64"/>'s milliseconds.</summary>
    public long NextCheck { get; set; }

    public long NextHeartbeat { get; set; }

    public long NextPing { get; set; }

    /// <summary>How long the client has taken nothing of what waits for it.</summary>
    public TimeSpan BlockedFor => WebSocket is not null ? WebSocket.Queue.BlockedFor
        : Volatile.Read(ref _pendingSince) is > 0 and var since ? TimeSpan.FromMilliseconds(Environment.TickCount64 - since)
        : TimeSpan.Zero;

    public void CountSends(int change) => Interlocked.Add(ref _sendsUnderWay, change);

    /// <summary>Sends those of some events that are for its user; never waits.</summary>
    public void Send(EventBatch batch)
    {
        if (WebSocket is not null)
        {
            batch.Enqueue(WebSocket.Queue, protocol, BaseUrl, UserId);
            return;
        }

        foreach (var happened in batch.Events.Where(happened => happened.IsFor(UserId))) Send(happened);
    }

    /// <summary>Sends an event; never waits.</summary>
    public void Send(ChatEvent happened) => Send(happened.Encoded.For(BaseUrl));

    /// <summary>Sends one event to this client alone; never waits.</summary>
    public void Send(string name, ReadOnlyMemory<byte> json) => Send(new EncodedEvent(name, json).For(BaseUrl));

    /// <summary>Sends a plain socket's first frame; whatever was sent before it goes after it.</summary>
    public void SendHello(ReadOnlyMemory<byte> json) => WebSocket!.Queue.Open(FrameWriter.Text(Frames.Hello, json.Span));

    /// <summary>Sends a message; never waits, so that a slow client delays nobody but itself.</summary>
    public void Send(SerializedHubMessage message)
    {
        if (WebSocket is not null)
        {
            WebSocket.Queue.Enqueue(message.GetSerializedMessage(protocol));
            return;
        }

        _ = Write(message);
    }

    /// <summary>Sends an event, waiting while a good part of what may wait for the client waits already.</summary>
    public async Task SendPaced(ChatEvent happened, CancellationToken cancellation)
    {
        var message = happened.Encoded.For(BaseUrl);
        if (WebSocket is null)
        {
            await Write(message);
            return;
        }

        WebSocket.Queue.Enqueue(message.GetSerializedMessage(protocol));
        if (WebSocket.Queue.QueuedBytes > maxQueuedBytes / 4) await WebSocket.Queue.WhenDrained().WaitAsync(cancellation);
    }

    private Task Write(SerializedHubMessage message)
    {
        var length = message.GetSerializedMessage(protocol).Length;
        if (Volatile.Read(ref _pendingBytes) is > 0 and var pending && pending + length > maxQueuedBytes)
        {
            Metrics.ConnectionAborted(Diagnostics.Metrics.QueueFull);
            Abort();
            return Task.CompletedTask;
        }

        var write = connection.WriteAsync(message);
        return write.IsCompletedSuccessfully ? Task.CompletedTask : Finish(write, length);
    }

    /// <summary>Ends the connection, with the code where it is a WebSocket; to a SignalR client in SignalR's words too.</summary>
    /// <remarks>Nothing is said to it after that, whatever of its own is under way.</remarks>
    public void Close(int code, string reason)
    {
        if (WebSocket is null)
        {
            connection.Abort();
            return;
        }

        if (socket is null) Send(code is CloseCodes.GoingAway or CloseCodes.InternalError or CloseCodes.TryAgainLater ? CloseWithReconnect : CloseForGood);
        WebSocket.Close(code, reason);
    }

    /// <summary>Ends the connection because more waits for it than may.</summary>
    public void CloseTooSlow()
    {
        Metrics.ConnectionAborted(Diagnostics.Metrics.QueueFull);
        Close(CloseCodes.TryAgainLater, "reads too slowly");
    }

    /// <summary>Ends the connection because this node goes: the client may come back, to another.</summary>
    public void CloseGoingAway()
    {
        if (WebSocket is null) Send(CloseWithReconnect);
        else Close(CloseCodes.GoingAway, "server shutting down");
    }

    /// <summary>Tells the client that a chat is no longer its user's: a socket bound to it closes.</summary>
    public void NotifyEvicted(ChatRef chat)
    {
        if (socket is { Chat: not null }) Close(CloseCodes.AccessDenied, "access denied");
        else Send(Frames.ChatRemoved, FramePayload.Of(chat, 0, new { }));
    }

    /// <summary>Ends the connection where nothing can be written any more.</summary>
    public void Abort()
    {
        if (WebSocket is not null)
        {
            WebSocket.Abort();
            return;
        }

        connection.Abort();
        try
        {
            connection.Features.Get<IHttpContextFeature>()?.HttpContext?.Abort();
        }
        catch (ObjectDisposedException)
        {
            // The request has ended already.
        }
    }

    private async Task Finish(ValueTask write, int length)
    {
        lock (_gate)
        {
            if (_pendingBytes == 0) Volatile.Write(ref _pendingSince, Environment.TickCount64);
            _pendingBytes += length;
        }

        try
        {
            await write;
        }
        finally
        {
            lock (_gate)
            {
                // What still waits was written later: its time starts now.
                _pendingBytes -= length;
                Volatile.Write(ref _pendingSince, _pendingBytes == 0 ? 0 : Environment.TickCount64);
            }
        }
    }
}
