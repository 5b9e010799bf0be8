namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// Carries events to the other nodes: a hint that makes them hear at once. The database is the truth,
/// so an event lost here is late, not gone.
/// </summary>
internal interface IBackplane
{
    void Publish(ChatEvent happened);

    void Publish(UserEvent happened);
}
