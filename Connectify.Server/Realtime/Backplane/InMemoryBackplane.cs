using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>One node: there is nobody else to tell or to hear.</summary>
internal sealed class InMemoryBackplane : IBackplane
{
    public event Action<ChatEvent>? ChatEventReceived
    {
        add { }
        remove { }
    }

    public event Action<AccessEvent>? AccessEventReceived
    {
        add { }
        remove { }
    }

    public event Action? PossibleLoss
    {
        add { }
        remove { }
    }

    public bool IsDown => false;

    public long Dropped => 0;

    public string? State => null;

    public void Publish(ChatEvent happened)
    {
    }

    public void Publish(AccessEvent happened)
    {
    }

    public Task Follow(long chatId) => Task.CompletedTask;

    public void Unfollow(long chatId)
    {
    }
}
