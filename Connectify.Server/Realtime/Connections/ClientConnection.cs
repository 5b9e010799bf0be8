using System.Collections.Concurrent;
using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;
using Microsoft.AspNetCore.SignalR;

namespace Connectify.Server.Realtime.Connections;

/// <summary>One connection: a plain socket bound to a chat, a plain socket for all chats, or a SignalR client.</summary>
/// <param name="connection">What SignalR knows of it.</param>
/// <param name="caller">Whose it is.</param>
/// <param name="socket">What a plain socket was opened for; null for a SignalR client.</param>
internal abstract class ClientConnection(HubConnectionContext connection, Caller caller, SocketBinding? socket)
{
    private ConcurrentDictionary<long, ChatRef>? _typingIn;
    private volatile bool _isClosed;

    public string Id => connection.ConnectionId;

    public Caller Caller => caller;

    /// <summary>Its caller's. Here too: it is looked at for each member of a chat and event.</summary>
    public long UserId { get; } = caller.UserId;

    /// <summary>What a plain socket was opened for; null for a SignalR client.</summary>
    public SocketBinding? Socket => socket;

    public bool IsInbox => socket is { Chat: null };

    /// <summary>Where the client reached the server.</summary>
    public string BaseUrl { get; } = connection.Features.Get<RequestBaseUrl>()?.BaseUrl
        ?? (connection.GetHttpContext() is { } http ? PublicUrls.Base(http.Request) : "");

    /// <summary>The chats it follows. Small as long as they are few: most sockets are bound to one.</summary>
    public ConcurrentDictionary<long, ChatRef> Following { get; } = new(concurrencyLevel: 1, capacity: 1);

    /// <summary>The chats it is typing in. Created on demand: most connections only listen.</summary>
    public ConcurrentDictionary<long, ChatRef> TypingIn
        => LazyInitializer.EnsureInitialized(ref _typingIn, static () => new ConcurrentDictionary<long, ChatRef>(concurrencyLevel: 1, capacity: 1));

    public required FrameLimit Limit { get; init; }

    public required Metrics Metrics { protected get; init; }

    /// <summary>When <see cref="ConnectionMonitor"/>, whose own it is, looks at the connection next.</summary>
    public ConnectionSchedule Schedule { get; } = new();

    /// <summary>Whether the connection has ended: set before it is taken out of everything.</summary>
    public bool IsClosed
    {
        get => _isClosed;
        set => _isClosed = value;
    }

    /// <summary>Bytes accepted for the client and not yet taken by it.</summary>
    public abstract int QueuedBytes { get; }

    /// <summary>How long the client has taken nothing of what waits for it.</summary>
    public abstract TimeSpan BlockedFor { get; }

    /// <summary>Sends those of some events that are for its user; never waits.</summary>
    public abstract void Send(EventBatch batch);

    /// <summary>Sends a message; never waits, so that a slow client delays only itself.</summary>
    public abstract void Send(SerializedHubMessage message);

    /// <summary>Sends an event, waiting while a good part of what may wait for the client waits already.</summary>
    public abstract Task SendPaced(ChatEvent happened, CancellationToken cancellation);

    /// <summary>Ends the connection, with the code where it is a WebSocket; to a SignalR client in SignalR's words too.</summary>
    /// <remarks>Nothing is said to it after that, whatever of its own is under way.</remarks>
    public abstract void Close(int code, string reason);

    /// <summary>Ends the connection because this node goes: the client may come back, to another.</summary>
    public abstract void CloseGoingAway();

    /// <summary>Ends the connection where nothing can be written any more.</summary>
    public abstract void Abort();

    /// <summary>Sends a plain socket's first frame; whatever was sent before it goes after it.</summary>
    public virtual void SendHello(ReadOnlyMemory<byte> json) => throw new NotSupportedException("Only plain sockets are greeted.");

    /// <summary>Answers a refused frame with an <c>error</c> frame on a plain socket.</summary>
    /// <exception cref="HubException">The answer to a SignalR client.</exception>
    public virtual void Refuse(Rejection rejection, string? clientMessageId = null) => throw new HubException(RejectionText.Of(rejection));

    /// <summary>Sends an event; never waits.</summary>
    public void Send(ChatEvent happened) => Send(happened.Encoded.For(BaseUrl));

    /// <summary>Sends one event to this client alone; never waits.</summary>
    public void Send(string name, ReadOnlyMemory<byte> json) => Send(new EncodedEvent(name, json).For(BaseUrl));

    /// <summary>Ends the connection because more waits for it than may.</summary>
    public void CloseTooSlow()
    {
        Metrics.ConnectionAborted(Diagnostics.Metrics.QueueFull);
        Close(CloseCodes.TryAgainLater, "reads too slowly");
    }

    /// <summary>Notifies the client that its user lost a chat: a socket bound to it closes.</summary>
    public void NotifyEvicted(ChatRef chat)
    {
        if (socket is { Chat: not null }) Close(CloseCodes.AccessDenied, "access denied");
        else Send(Frames.ChatRemoved, FramePayload.Of(chat, 0, new { }));
    }
}
