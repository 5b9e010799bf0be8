namespace Connectify.Server.Realtime.Events;

/// <summary>
/// Pub/sub between the nodes. Events are hints: the database has the truth, so a lost event
/// delays a change and never loses it.
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

    /// <summary>Whether the other nodes' events don't arrive now.</summary>
    bool IsDown { get; }

    /// <summary>How many events of this node were not even given to the others, since the start.</summary>
    long Dropped { get; }

    /// <summary>The state in one word for the operator; null on a single node.</summary>
    string? State { get; }

    /// <summary>Publishes to the other nodes; never waits, never fails.</summary>
    void Publish(ChatEvent happened);

    /// <inheritdoc cref="Publish(ChatEvent)"/>
    void Publish(AccessEvent happened);

    /// <summary>Subscribes to a chat. Each call pairs with one of <see cref="Unfollow"/>.</summary>
    /// <returns>
    /// Complete when events arrive, and after a short timeout in any case. After a late subscription,
    /// <see cref="PossibleLoss"/> follows.
    /// </returns>
    Task Follow(long chatId);

    void Unfollow(long chatId);
}
