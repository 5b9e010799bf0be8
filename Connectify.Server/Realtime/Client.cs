using System.Collections.Concurrent;
using Connectify.Protocol;
using Connectify.Server.Accounts;
using Connectify.Server.Chats;
using Connectify.Server.Hosting;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime;

/// <summary>One connection: a plain socket bound to a chat, a plain socket for all chats, or a SignalR client.</summary>
internal sealed class Client(HubConnectionContext connection, Caller caller, RawSocket? socket, IHubProtocol protocol, int maxQueuedBytes)
{
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
    public RawSocket? Socket => socket;

    public RawConnection? Raw { get; } = connection.Features.Get<RawConnection>();

    public bool IsInbox => socket is { Chat: null };

    /// <summary>Where the client reached the server.</summary>
    public string BaseUrl { get; } = socket?.BaseUrl ?? (connection.GetHttpContext() is { } http ? PublicUrls.Base(http.Request) : "");

    /// <summary>The chats it follows. Small as long as they are few: most sockets are bound to one.</summary>
    public ConcurrentDictionary<long, ChatRef> Following { get; } = new(concurrencyLevel: 1, capacity: 1);

    /// <summary>The chats it is typing in. Made only for who types or writes: most listen.</summary>
    public ConcurrentDictionary<long, ChatRef> TypingIn
        => LazyInitializer.EnsureInitialized(ref _typingIn, static () => new ConcurrentDictionary<long, ChatRef>(concurrencyLevel: 1, capacity: 1));

    public required FrameLimit Limit { get; init; }

    public required Metrics Metrics { private get; init; }

    /// <summary>Bytes accepted for the client and not yet taken by it.</summary>
    public int QueuedBytes => Raw?.Queue.QueuedBytes ?? Volatile.Read(ref _pendingBytes);

    /// <summary>Whether the connection has ended: set before it is taken out of everything.</summary>
    public bool IsGone
    {
        get => _isGone;
        set => _isGone = value;
    }

    /// <summary>How many <c>message</c> frames of a plain socket are being stored, and the last of them.</summary>
    public int SendsUnderWay => Volatile.Read(ref _sendsUnderWay);

    public Task LastSend { get; set; } = Task.CompletedTask;

    /// <summary>Whether presence counts it.</summary>
    public bool IsCounted { get; set; }

    /// <summary>When the clock looks at it next, and its next heartbeat and ping are due, in <see cref="Environment.TickCount64"/>'s milliseconds.</summary>
    public long NextLook { get; set; }

    public long NextHeartbeat { get; set; }

    public long NextPing { get; set; }

    /// <summary>How long the client has taken nothing of what waits for it.</summary>
    public TimeSpan BlockedFor => Raw is not null ? Raw.Queue.BlockedFor
        : Volatile.Read(ref _pendingSince) is > 0 and var since ? TimeSpan.FromMilliseconds(Environment.TickCount64 - since)
        : TimeSpan.Zero;

    public void CountSends(int change) => Interlocked.Add(ref _sendsUnderWay, change);

    /// <summary>Sends those of some events that are for its user; never waits.</summary>
    public void Send(EventRun run)
    {
        if (Raw is not null)
        {
            run.Enqueue(Raw.Queue, protocol, BaseUrl, UserId);
            return;
        }

        foreach (var records in run.For(protocol, BaseUrl, UserId)) _ = Write(records);
    }

    /// <summary>Sends an event; never waits.</summary>
    public void Send(ChatEvent happened) => Send(happened.Encoded.For(BaseUrl));

    /// <summary>Sends one event to this client alone; never waits.</summary>
    public void Send(string name, ReadOnlyMemory<byte> json) => Send(new Encoded(name, json).For(BaseUrl));

    /// <summary>Sends a plain socket's first frame; whatever was sent before it goes after it.</summary>
    public void Greet(ReadOnlyMemory<byte> json) => Raw!.Queue.Open(FrameWriter.Text(Frames.Hello, json.Span));

    /// <summary>Sends a message; never waits, so that a slow client delays nobody but itself.</summary>
    public void Send(SerializedHubMessage message)
    {
        if (Raw is not null)
        {
            Raw.Queue.Enqueue(message.GetSerializedMessage(protocol));
            return;
        }

        _ = Write(RecordsOf(message));
    }

    /// <summary>Sends an event, waiting while a good part of what may wait for the client waits already.</summary>
    public async Task SendPaced(ChatEvent happened, CancellationToken cancellation)
    {
        var message = happened.Encoded.For(BaseUrl);
        if (Raw is null)
        {
            await Write(RecordsOf(message));
            return;
        }

        Raw.Queue.Enqueue(message.GetSerializedMessage(protocol));
        if (Raw.Queue.QueuedBytes > maxQueuedBytes / 4) await Raw.Queue.WhenDrained().WaitAsync(cancellation);
    }

    private Records RecordsOf(SerializedHubMessage message) => new(message.GetSerializedMessage(protocol));

    private Task Write(Records records)
    {
        var length = records.Bytes.Length;
        if (Volatile.Read(ref _pendingBytes) is > 0 and var pending && pending + length > maxQueuedBytes)
        {
            Metrics.CutFull();
            Cut();
            return Task.CompletedTask;
        }

        var write = connection.WriteAsync(records);
        return write.IsCompletedSuccessfully ? Task.CompletedTask : Finish(write, length);
    }

    /// <summary>Ends the connection: a plain socket with the code, a SignalR client in SignalR's own way.</summary>
    public void Close(int code, string reason)
    {
        if (Raw is not null) Raw.Close(code, reason);
        else connection.Abort();
    }

    /// <summary>Ends the connection because more waits for it than may.</summary>
    public void CloseTooSlow()
    {
        Metrics.CutFull();
        Close(CloseCodes.TryAgainLater, "reads too slowly");
    }

    /// <summary>Ends the connection because this node goes: the client may come back, to another.</summary>
    public void SendAway()
    {
        if (Raw is not null) Raw.Close(CloseCodes.GoingAway, "server shutting down");
        else _ = connection.WriteAsync(new CloseMessage(error: null, allowReconnect: true)).AsTask();
    }

    /// <summary>Tells the client that a chat is no longer its user's: a socket bound to it closes.</summary>
    public void ToldOut(ChatRef chat)
    {
        if (socket is { Chat: not null }) Close(CloseCodes.AccessDenied, "access denied");
        else Send(Frames.ChatRemoved, Payload.Of(chat, 0, new { }));
    }

    /// <summary>Ends the connection where nothing can be written any more.</summary>
    public void Cut()
    {
        connection.Abort();
        if (Raw is not null)
        {
            Raw.Abort();
            return;
        }

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
