using System.Diagnostics;
using Connectify.Server.Diagnostics;

namespace Connectify.Server.Realtime.Events;

/// <summary>
/// Publishes events after the commit: to this node's feeds at once, to other nodes through
/// the backplane.
/// </summary>
internal sealed class EventPublisher
{
    private readonly IBackplane _backplane;

    public EventPublisher(IBackplane backplane)
    {
        _backplane = backplane;
        backplane.ChatEventReceived += happened => ChatEventPublished?.Invoke([happened]);
        backplane.AccessEventReceived += happened => AccessEventPublished?.Invoke(happened with { IsRemote = true });
    }

    /// <summary>Raised for events of one chat that were published together, by this node or another.</summary>
    public event Action<IReadOnlyList<ChatEvent>>? ChatEventPublished;

    /// <summary>Raised for every event about a user, from this node or another.</summary>
    public event Action<AccessEvent>? AccessEventPublished;

    public void Publish(ChatEvent happened) => Publish([happened], storedIn: null);

    /// <param name="happened">What happened in one chat, one event at least.</param>
    /// <param name="storedIn">The work in which it was stored, for traces; null: the caller's own.</param>
    public void Publish(IReadOnlyList<ChatEvent> happened, Activity? storedIn)
    {
        // Events that aren't stored (typing, presence) get no span.
        using var activity = happened[0].Seq > 0 ? Tracing.BeginFanOut(storedIn) : null;
        ChatEventPublished?.Invoke(happened);
        foreach (var one in happened) _backplane.Publish(one);
    }

    public void Publish(AccessEvent happened)
    {
        AccessEventPublished?.Invoke(happened);
        _backplane.Publish(happened);
    }
}
