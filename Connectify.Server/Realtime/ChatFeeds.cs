using System.Collections.Concurrent;
using Connectify.Server.Chats;

namespace Connectify.Server.Realtime;

/// <summary>Brings a feed what it lacks.</summary>
internal interface IFeedRepairs
{
    /// <summary>Starts a repair, which goes on until <see cref="ChatFeed.Gap"/> is none; a feed has one at a time.</summary>
    void Start(ChatFeed feed, ChatFeeds feeds);
}

/// <summary>The feeds of all chats that somebody on this node follows.</summary>
internal sealed class ChatFeeds(ChatLifetimeManager groups, IFeedRepairs repairs, UnreadFrames unread)
{
    private readonly ConcurrentDictionary<long, ChatFeed> _feeds = new();

    public ChatLifetimeManager Groups => groups;

    public ICollection<ChatFeed> All => _feeds.Values;

    public ChatFeed? Of(long chatId) => _feeds.GetValueOrDefault(chatId);

    public void Take(ChatEvent happened) => Of(happened.ChatId)?.Take(happened);

    /// <summary>Begins to keep what happens in a chat for a client; see <see cref="ChatFeed.Begin"/>.</summary>
    public Joining Begin(Client client, ChatRef chat)
    {
        while (true)
        {
            var feed = _feeds.GetOrAdd(chat.Id, static (_, of) => new ChatFeed(of.chat, of.feeds), (chat, feeds: this));
            if (feed.Begin(client, chat) is not { } joining) continue;
            client.Following[chat.Id] = chat;

            // A client that goes marks itself first: either it finds this following, or this finds the mark.
            if (client.IsGone) Unfollow(client, chat.Id);
            return joining;
        }
    }

    /// <summary>Ends a client's following, begun or complete; none is fine.</summary>
    public void Unfollow(Client client, long chatId)
    {
        client.Following.TryRemove(chatId, out _);
        Of(chatId)?.Remove(client);
    }

    /// <summary>Turns a user out of a chat: not one frame more of it reaches him on this node.</summary>
    public void TurnOut(long chatId, long userId)
    {
        foreach (var client in Of(chatId)?.Followers().Where(follower => follower.Caller.UserId == userId) ?? [])
        {
            client.Following.TryGetValue(chatId, out var chat);
            Unfollow(client, chatId);
            client.ToldOut(chat);
        }
    }

    /// <summary>Called by a feed that nobody follows any more.</summary>
    public void Forget(ChatFeed feed) => _feeds.TryRemove(new KeyValuePair<long, ChatFeed>(feed.Chat.Id, feed));

    /// <summary>Called by a feed that lacks something.</summary>
    public void Repair(ChatFeed feed) => repairs.Start(feed, this);

    /// <summary>Called by a feed after each event, within its turn.</summary>
    public void Delivered(ChatRef chat, ChatEvent happened, Client[] followers) => unread.Note(chat, happened, followers);
}
