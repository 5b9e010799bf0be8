using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>A client on its way into a feed: what happens meanwhile is kept for it.</summary>
internal sealed class CatchUp(ClientConnection client, ChatRef chat, Task listening)
{
    private readonly Lock _gate = new();
    private bool _isOver;

    public ClientConnection Client => client;

    public ChatRef Chat => chat;

    /// <summary>Complete when other nodes' events arrive. Await it before reading the client's position.</summary>
    public Task Listening => listening;

    /// <summary>What the feed delivered since the joining began.</summary>
    public List<ChatEvent> Buffered { get; } = [];

    /// <summary>Whether its client has left, or begun anew: nothing may be sent or undone for it any more.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate) return _isOver;
        }
    }

    /// <summary>Ends it; what is sent for it is sent before this returns.</summary>
    public void End()
    {
        lock (_gate) _isOver = true;
    }

    /// <summary>Sends what was missed; nothing once it is over.</summary>
    public Task SendPaced(ChatEvent missed, CancellationToken cancellation)
    {
        lock (_gate) return _isOver ? Task.CompletedTask : Client.SendPaced(missed, cancellation);
    }

    /// <summary>The last change sent from the database; -1: none yet.</summary>
    public long DeliveredUpTo { get; set; } = -1;
}
