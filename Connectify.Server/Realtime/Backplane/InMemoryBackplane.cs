using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>One node: there is nobody else to tell or to hear.</summary>
internal sealed class InMemoryBackplane : IBackplane
{
    public event Action<ChatEvent>? ChatHeard
    {
        add { }
        remove { }
    }

    public event Action<UserEvent>? UserHeard
    {
        add { }
        remove { }
    }

    public event Action? MayHaveLost
    {
        add { }
        remove { }
    }

    public bool IsAway => false;

    public long Dropped => 0;

    public string? State => null;

    public void Publish(ChatEvent happened)
    {
    }

    public void Publish(UserEvent happened)
    {
    }

    public Task Follow(long chatId) => Task.CompletedTask;

    public void Unfollow(long chatId)
    {
    }
}
