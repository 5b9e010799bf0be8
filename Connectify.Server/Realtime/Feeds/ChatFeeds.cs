using System.Collections.Concurrent;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>Brings a feed what it lacks.</summary>
internal interface IFeedRepairs
{
    /// <summary>Starts a repair, which goes on until <see cref="ChatFeed.Gap"/> is none; a feed has one at a time.</summary>
    void Start(ChatFeed feed, ChatFeeds feeds);
}

/// <summary>The feeds of all chats that somebody on this node follows.</summary>
internal sealed class ChatFeeds(ChatGroups groups, IFeedRepairs repairs, IBackplane backplane)
{
    // By kind and id: whoever asks for a chat under the wrong kind, and has yet to be refused, disturbs nobody in it.
    private readonly ConcurrentDictionary<ChatRef, ChatFeed> _feeds = new();

    /// <summary>Raised after a feed has delivered events, within its turn: handlers must not wait.</summary>
    public event Action<ChatFeed, IReadOnlyList<ChatEvent>>? Delivered;

    public ChatGroups Groups => groups;

    public ICollection<ChatFeed> All => _feeds.Values;

    public ChatFeed? Of(ChatRef chat) => _feeds.GetValueOrDefault(chat);

    /// <summary>Takes events of one chat; see <see cref="ChatFeed.Take"/>.</summary>
    public void Take(IReadOnlyList<ChatEvent> happened)
    {
        foreach (var feed in WithId(happened[0].ChatId)) feed.Take(happened);
    }

    /// <summary>Hears how a chat's counts stand; see <see cref="ChatFeed.Observe"/>.</summary>
    public void Observe(long chatId, long seq, long accessVersion)
    {
        foreach (var feed in WithId(chatId)) feed.Observe(seq, accessVersion);
    }

    /// <summary>Begins to keep what happens in a chat for a client; see <see cref="ChatFeed.Begin"/>.</summary>
    public Joining Begin(Client client, ChatRef chat)
    {
        while (true)
        {
            if (Following(client, chat, Feed(chat).Begin(client)) is { } joining) return joining;
        }
    }

    /// <summary>As <see cref="Begin"/>, unless the client is in the chat's feed already, or on its way in; then null.</summary>
    public Joining? BeginIfNew(Client client, ChatRef chat)
    {
        while (true)
        {
            var begun = Feed(chat).BeginIfNew(client, out var isKnown);
            if (isKnown || Following(client, chat, begun) is not null) return begun;
        }
    }

    /// <summary>Ends a client's following, begun or complete; none is fine.</summary>
    public void Unfollow(Client client, long chatId)
    {
        if (client.Following.TryRemove(chatId, out var chat)) Of(chat)?.Remove(client);
    }

    /// <summary>Turns a user out of a chat: not one frame more of it reaches him on this node.</summary>
    public void TurnOut(long chatId, long userId)
    {
        foreach (var feed in WithId(chatId))
        {
            foreach (var client in feed.Followers().Where(follower => follower.Caller.UserId == userId))
            {
                Unfollow(client, chatId);
                client.ToldOut(feed.Chat);
            }
        }
    }

    /// <summary>Called by a feed with its first follower.</summary>
    /// <returns>Complete when events of other nodes are heard.</returns>
    public Task Listen(ChatFeed feed) => backplane.Follow(feed.Chat.Id);

    /// <summary>Called by a feed that nobody follows any more.</summary>
    public void Forget(ChatFeed feed) => _feeds.TryRemove(new KeyValuePair<ChatRef, ChatFeed>(feed.Chat, feed));

    /// <summary>Pairs with <see cref="Listen"/>.</summary>
    public void EndListening(ChatFeed feed) => backplane.Unfollow(feed.Chat.Id);

    /// <summary>Called by a feed that lacks something.</summary>
    public void Repair(ChatFeed feed) => repairs.Start(feed, this);

    /// <summary>Called by a feed after it has delivered events, within its turn.</summary>
    public void RaiseDelivered(ChatFeed feed, IReadOnlyList<ChatEvent> happened) => Delivered?.Invoke(feed, happened);

    private ChatFeed Feed(ChatRef chat) => _feeds.GetOrAdd(chat, static (_, of) => new ChatFeed(of.chat, of.feeds), (chat, feeds: this));

    private Joining? Following(Client client, ChatRef chat, Joining? joining)
    {
        if (joining is null) return null;
        client.Following[chat.Id] = chat;

        // A client that goes marks itself first: either it finds this following, or this finds the mark.
        if (client.IsGone) Unfollow(client, chat.Id);
        return joining;
    }

    private IEnumerable<ChatFeed> WithId(long chatId)
        => new[] { Of(new ChatRef(ChatKind.Conversation, chatId)), Of(new ChatRef(ChatKind.Group, chatId)) }.OfType<ChatFeed>();
}
