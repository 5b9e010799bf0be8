using System.Collections.Concurrent;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>Brings a feed what it lacks.</summary>
internal interface IFeedBackfill
{
    /// <summary>Starts a repair, which goes on until <see cref="ChatFeed.Gap"/> is none; a feed has one at a time.</summary>
    void Start(ChatFeed feed, ChatFeeds feeds);
}

/// <summary>The feeds of all chats with subscribers on this node.</summary>
internal sealed class ChatFeeds : IFeedHost
{
    private readonly ChatGroups _groups;
    private readonly IFeedBackfill _backfill;
    private readonly IBackplane _backplane;

    // By kind and id: a request under the wrong kind, before its refusal, doesn't touch the real chat's feed.
    private readonly ConcurrentDictionary<ChatRef, ChatFeed> _feeds = new();

    /// <param name="groups">Carries what feeds deliver to their subscribers.</param>
    /// <param name="backfill">Reads what feeds lack.</param>
    /// <param name="backplane">Subscribes to other nodes' events.</param>
    /// <param name="publisher">Every event it publishes, from this node or another, goes to the feeds of its chat.</param>
    public ChatFeeds(ChatGroups groups, IFeedBackfill backfill, IBackplane backplane, EventPublisher publisher)
    {
        (_groups, _backfill, _backplane) = (groups, backfill, backplane);
        publisher.ChatEventPublished += Receive;
    }

    /// <summary>Raised after a feed has delivered events, within its turn: handlers must not wait.</summary>
    public event Action<ChatFeed, IReadOnlyList<ChatEvent>>? Delivered;

    /// <summary>Raised when a client begins to follow a feed, within its turn and before anything is delivered for it.</summary>
    public event Action<ChatFeed, ClientConnection>? Followed;

    /// <summary>Raised after a client got a backlog from the database instead of events from a feed.</summary>
    public event Action<ClientConnection, IReadOnlyCollection<ChatRef>>? Replayed;

    public ICollection<ChatFeed> All => _feeds.Values;

    public ChatFeed? Of(ChatRef chat) => _feeds.GetValueOrDefault(chat);

    /// <summary>Takes events of one chat; see <see cref="ChatFeed.Receive"/>.</summary>
    public void Receive(IReadOnlyList<ChatEvent> happened)
    {
        foreach (var feed in WithId(happened[0].ChatId)) feed.Receive(happened);
    }

    /// <summary>Takes a chat's current counts; see <see cref="ChatFeed.Observe"/>.</summary>
    public void Observe(long chatId, long seq, long accessVersion)
    {
        foreach (var feed in WithId(chatId)) feed.Observe(seq, accessVersion);
    }

    /// <summary>Begins to keep what happens in a chat for a client; see <see cref="ChatFeed.StartBuffering"/>.</summary>
    public CatchUp StartBuffering(ClientConnection client, ChatRef chat)
    {
        while (true)
        {
            if (Following(client, chat, Feed(chat).StartBuffering(client)) is { } catchUp) return catchUp;
        }
    }

    /// <summary>As <see cref="StartBuffering"/>, unless the client is in the chat's feed already, or on its way in; then null.</summary>
    public CatchUp? StartBufferingIfNew(ClientConnection client, ChatRef chat)
    {
        while (true)
        {
            var begun = Feed(chat).StartBufferingIfNew(client, out var isKnown);
            if (isKnown || Following(client, chat, begun) is not null) return begun;
        }
    }

    /// <summary>Ends a client's following, begun or complete; none is fine.</summary>
    public void Unfollow(ClientConnection client, long chatId)
    {
        if (client.Following.TryRemove(chatId, out var chat)) Of(chat)?.Remove(client);
    }

    /// <summary>Evicts a user from a chat: no further frame of it reaches the user on this node.</summary>
    public void Evict(long chatId, long userId)
    {
        foreach (var feed in WithId(chatId))
        {
            foreach (var client in feed.LocalSubscribers().Where(follower => follower.Caller.UserId == userId))
            {
                Unfollow(client, chatId);
                client.NotifyEvicted(feed.Chat);
            }
        }
    }

    /// <summary>See <see cref="Replayed"/>.</summary>
    public void RaiseReplayed(ClientConnection client, params IReadOnlyCollection<ChatRef> chats) => Replayed?.Invoke(client, chats);

    Task IFeedHost.Listen(ChatFeed feed) => _backplane.Follow(feed.Chat.Id);

    void IFeedHost.End(ChatFeed feed, bool isHeard)
    {
        _feeds.TryRemove(new KeyValuePair<ChatRef, ChatFeed>(feed.Chat, feed));
        if (isHeard) _backplane.Unfollow(feed.Chat.Id);
    }

    void IFeedHost.Backfill(ChatFeed feed) => _backfill.Start(feed, this);

    void IFeedHost.Followed(ChatFeed feed, ClientConnection client) => Followed?.Invoke(feed, client);

    void IFeedHost.Delivered(ChatFeed feed, IReadOnlyList<ChatEvent> happened) => Delivered?.Invoke(feed, happened);

    private ChatFeed Feed(ChatRef chat) => _feeds.GetOrAdd(chat, static (_, of) => new ChatFeed(of.chat, of.self._groups, of.self), (chat, self: this));

    private CatchUp? Following(ClientConnection client, ChatRef chat, CatchUp? catchUp)
    {
        if (catchUp is null) return null;
        client.Following[chat.Id] = chat;

        // A client that goes marks itself first: either it finds this following, or this finds the mark.
        if (client.IsClosed) Unfollow(client, chat.Id);
        return catchUp;
    }

    private IEnumerable<ChatFeed> WithId(long chatId)
        => new[] { Of(new ChatRef(ChatKind.Conversation, chatId)), Of(new ChatRef(ChatKind.Group, chatId)) }.OfType<ChatFeed>();
}
