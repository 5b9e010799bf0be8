using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>What a feed needs of those around it. Called within the feed's turn: nothing may wait.</summary>
internal interface IFeedHost
{
    /// <summary>Subscribes to other nodes' events for a feed, with its first subscriber.</summary>
    /// <returns>Complete when the subscription is active.</returns>
    Task Listen(ChatFeed feed);

    /// <summary>Removes a feed without subscribers.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="isHeard">Whether it had begun to listen.</param>
    void End(ChatFeed feed, bool isHeard);

    /// <summary>Starts reading what a feed lacks.</summary>
    void Backfill(ChatFeed feed);

    /// <summary>A client begins to follow, after none or another following of its own.</summary>
    void Followed(ChatFeed feed, ClientConnection client);

    /// <summary>A feed has delivered events to its subscribers.</summary>
    void Delivered(ChatFeed feed, IReadOnlyList<ChatEvent> happened);
}
