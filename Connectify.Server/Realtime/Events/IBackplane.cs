namespace Connectify.Server.Realtime.Events;

/// <summary>
/// Carries events between the nodes: a hint that makes the others hear at once. The database is the truth,
/// so an event lost here is late, not gone.
/// </summary>
internal interface IBackplane
{
    /// <summary>Raised for an event of a chat from another node.</summary>
    event Action<ChatEvent>? ChatEventReceived;

    /// <summary>Raised for an event about a user from another node.</summary>
    event Action<AccessEvent>? AccessEventReceived;

    /// <summary>
    /// Raised when something may have been lost, on the way out or back in: what the others did is to be
    /// looked for in the database. Comes when the others are lost, when they are back, and after each gap.
    /// </summary>
    event Action? PossibleLoss;

    /// <summary>Whether the other nodes can't be heard now.</summary>
    bool IsDown { get; }

    /// <summary>How many events of this node were not even given to the others, since the start.</summary>
    long Dropped { get; }

    /// <summary>How it stands, in a word for the operator; null: one node, there is nothing to tell.</summary>
    string? State { get; }

    /// <summary>Tells the other nodes; never waits, and never fails.</summary>
    void Publish(ChatEvent happened);

    /// <inheritdoc cref="Publish(ChatEvent)"/>
    void Publish(AccessEvent happened);

    /// <summary>Begins to hear a chat. Each call is paired with one of <see cref="Unfollow"/>.</summary>
    /// <returns>
    /// Complete when events are heard, and after a moment in any case: where they are heard only later,
    /// <see cref="PossibleLoss"/> follows.
    /// </returns>
    Task Follow(long chatId);

    void Unfollow(long chatId);
}
