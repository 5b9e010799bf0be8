using System.Diagnostics;
using Connectify.Server.Diagnostics;

namespace Connectify.Server.Realtime.Events;

/// <summary>
/// What use cases tell after their commit: this node's sockets hear at once, the other nodes through
/// the backplane.
/// </summary>
internal sealed class Notifier
{
    private readonly IBackplane _backplane;

    public Notifier(IBackplane backplane)
    {
        _backplane = backplane;
        backplane.ChatHeard += happened => ChatChanged?.Invoke([happened]);
        backplane.UserHeard += happened => UserChanged?.Invoke(happened with { IsHearsay = true });
    }

    /// <summary>Raised for all events of chats, from this node or another: for those of one chat that were told together.</summary>
    public event Action<IReadOnlyList<ChatEvent>>? ChatChanged;

    /// <summary>Raised for every event about a user, from this node or another.</summary>
    public event Action<UserEvent>? UserChanged;

    public void Tell(ChatEvent happened) => Tell([happened], storedIn: null);

    /// <param name="happened">What happened in one chat, one event at least.</param>
    /// <param name="storedIn">The work in which it was stored, for traces; null: the caller's own.</param>
    public void Tell(IReadOnlyList<ChatEvent> happened, Activity? storedIn)
    {
        // What nobody stored (typing, presence) has no way worth following.
        using var activity = happened[0].Seq > 0 ? Tracing.BeginFanOut(storedIn) : null;
        ChatChanged?.Invoke(happened);
        foreach (var one in happened) _backplane.Publish(one);
    }

    public void Tell(UserEvent happened)
    {
        UserChanged?.Invoke(happened);
        _backplane.Publish(happened);
    }
}
