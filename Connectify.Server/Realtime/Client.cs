using System.Collections.Concurrent;
using Connectify.Protocol;
using Connectify.Server.Accounts;
using Connectify.Server.Chats;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime;

/// <summary>One connection: a plain socket bound to a chat, a plain socket for all chats, or a SignalR client.</summary>
internal sealed class Client(HubConnectionContext connection, Caller caller, RawSocket? socket, IHubProtocol protocol, int maxQueuedBytes)
{
    private readonly Lock _gate = new();
    private List<SerializedHubMessage>? _held;
    private int _pendingBytes;
    private long _pendingSince;

    public string Id => connection.ConnectionId;

    public Caller Caller => caller;

    /// <summary>What a plain socket was opened for; null for a SignalR client.</summary>
    public RawSocket? Socket => socket;

    public RawConnection? Raw { get; } = connection.Features.Get<RawConnection>();

    public bool IsInbox => socket is { Chat: null };

    /// <summary>Where the client reached the server.</summary>
    public string BaseUrl { get; } = connection.GetHttpContext() is { } http ? PublicUrls.Base(http.Request) : "";

    /// <summary>The chats it follows.</summary>
    public ConcurrentDictionary<long, ChatRef> Following { get; } = new();

    /// <summary>The chats it is typing in.</summary>
    public ConcurrentDictionary<long, ChatRef> TypingIn { get; } = new();

    public required FrameLimit Limit { get; init; }

    /// <summary>Whether presence counts it.</summary>
    public bool IsCounted { get; set; }

    /// <summary>When the next heartbeat is due, and when the last ping went, in <see cref="Environment.TickCount64"/>'s milliseconds.</summary>
    public long NextHeartbeat { get; set; }

    public long LastPing { get; set; }

    /// <summary>How long the client has taken nothing of what waits for it.</summary>
    public TimeSpan BlockedFor => Raw is not null ? Raw.Queue.BlockedFor
        : Volatile.Read(ref _pendingSince) is > 0 and var since ? TimeSpan.FromMilliseconds(Environment.TickCount64 - since)
        : TimeSpan.Zero;

    /// <summary>Sends one event to this client alone; never waits.</summary>
    public void Send(string name, ReadOnlyMemory<byte> json) => Send(new Encoded(name, json).For(BaseUrl));

    /// <summary>Sends a message; never waits, so that a slow client delays nobody but itself.</summary>
    public void Send(SerializedHubMessage message)
    {
        if (Raw is not null)
        {
            Raw.Queue.Enqueue(message.GetSerializedMessage(protocol));
            return;
        }

        lock (_gate)
        {
            if (_held is null) Write(message);
            else _held.Add(message);
        }
    }

    /// <summary>Keeps what is sent until <see cref="Release"/>: the reply to a join goes before what it starts.</summary>
    public void Hold()
    {
        lock (_gate) _held ??= [];
    }

    /// <summary>Sends what was kept; nothing held is fine.</summary>
    public void Release()
    {
        lock (_gate)
        {
            foreach (var message in _held ?? []) Write(message);
            _held = null;
        }
    }

    private void Write(SerializedHubMessage message)
    {
        var length = message.GetSerializedMessage(connection.Protocol).Length;
        if (Volatile.Read(ref _pendingBytes) is > 0 and var pending && pending + length > maxQueuedBytes)
        {
            Cut();
            return;
        }

        var write = connection.WriteAsync(message);
        if (write.IsCompletedSuccessfully) write.GetAwaiter().GetResult();
        else _ = Finish(write, length);
    }

    /// <summary>Ends the connection: a plain socket with the code, a SignalR client in SignalR's own way.</summary>
    public void Close(int code, string reason)
    {
        if (Raw is not null) Raw.Close(code, reason);
        else connection.Abort();
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
        Interlocked.CompareExchange(ref _pendingSince, Environment.TickCount64, 0);
        Interlocked.Add(ref _pendingBytes, length);
        try
        {
            await write;
        }
        finally
        {
            // What still waits was written later: its time starts now.
            var left = Interlocked.Add(ref _pendingBytes, -length);
            Volatile.Write(ref _pendingSince, left == 0 ? 0 : Environment.TickCount64);
        }
    }
}
