namespace Connectify.Server.Realtime.Backplane;

/// <summary>One node: there is nobody else to tell.</summary>
internal sealed class InMemoryBackplane : IBackplane
{
    public void Publish(ChatEvent happened)
    {
    }

    public void Publish(UserEvent happened)
    {
    }
}
