using System.Collections.Concurrent;
using Connectify.Server.Chats;
using Connectify.Server.Messages;

namespace Connectify.Server.Realtime;

/// <summary>The feeds of all chats that somebody on this node follows.</summary>
internal sealed class ChatFeeds(
    ChatLifetimeManager groups, FeedRepairs repairs, UnreadFrames unread, Database database, ChatHistory history)
{
    private readonly ConcurrentDictionary<long, ChatFeed> _feeds = new();

    public ChatLifetimeManager Groups => groups;

    public ICollection<ChatFeed> All => _feeds.Values;

    public ChatFeed? Of(long chatId) => _feeds.GetValueOrDefault(chatId);

    public void Take(ChatEvent happened) => Of(happened.ChatId)?.Take(happened);

    public void Forget(ChatFeed feed) => _feeds.TryRemove(new KeyValuePair<long, ChatFeed>(feed.Chat.Id, feed));

    public void Repair(ChatFeed feed) => repairs.Start(feed);

    public void Delivered(ChatFeed feed, ChatEvent happened) => unread.Note(feed, happened, groups.Members(ChatFeed.GroupName(feed.Chat.Id)));

    /// <summary>Lets a client follow a chat from where it stands.</summary>
    /// <param name="client">The client.</param>
    /// <param name="chat">The chat.</param>
    /// <param name="since">The last change it knows; null: it asks for none.</param>
    /// <param name="tell">Tells it where it starts, before anything else of the chat; true where what it missed follows.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>A rejection where the chat is not its user's; nothing has been told then.</returns>
    public async Task<Outcome<FeedStart>> Follow(
        Client client, ChatRef chat, long? since, Action<FeedStart> tell, CancellationToken cancellation)
    {
        var (feed, joining) = Begin(client, chat);
        var isIn = false;
        try
        {
            while (true)
            {
                var found = await ChatAccess.Find(database, client.Caller.UserId, chat, cancellation);
                if (found.IsRejected(out var rejection, out var access)) return rejection;
                var start = await Start(chat, since, access, cancellation);
                client.Following[chat.Id] = chat;
                isIn = feed.TryComplete(joining, start.Seq, start.AccessVersion, () => Tell(client, start, tell));
                if (isIn) return start;
            }
        }
        finally
        {
            if (!isIn) Unfollow(client, chat.Id);
        }
    }

    /// <summary>Ends a client's following; none is fine.</summary>
    public void Unfollow(Client client, long chatId)
    {
        client.Following.TryRemove(chatId, out _);
        Of(chatId)?.Remove(client);
    }

    private (ChatFeed Feed, Joining Joining) Begin(Client client, ChatRef chat)
    {
        while (true)
        {
            var feed = _feeds.GetOrAdd(chat.Id, static (_, of) => new ChatFeed(of.chat, of.feeds), (chat, feeds: this));
            if (feed.Begin(client) is { } joining) return (feed, joining);
        }
    }

    private async Task<FeedStart> Start(ChatRef chat, long? since, ChatAccess access, CancellationToken cancellation)
    {
        if (since is null || since == access.LastSeq) return new FeedStart(access.LastSeq, access.AccessVersion, since is not null, []);
        if (since < 0 || since > access.LastSeq) return new FeedStart(access.LastSeq, access.AccessVersion, false, []);
        var missed = await history.Since(chat, since.Value, history.ResumeLimit, cancellation);
        return missed is null or { HasMore: true }
            ? new FeedStart(missed?.Seq ?? access.LastSeq, access.AccessVersion, false, [])
            : new FeedStart(missed.Seq, access.AccessVersion, true, missed.Changes);
    }

    private static void Tell(Client client, FeedStart start, Action<FeedStart> tell)
    {
        tell(start);
        foreach (var change in start.Missed) client.Send(change.Name, change.Json);
    }
}

/// <summary>Where a client comes in.</summary>
/// <param name="Seq">The chat's count of changes then.</param>
/// <param name="AccessVersion">Its count of removals.</param>
/// <param name="IsResumed">Whether all it missed is replayed.</param>
/// <param name="Missed">What it missed.</param>
internal sealed record FeedStart(long Seq, long AccessVersion, bool IsResumed, IReadOnlyList<ChatEvent> Missed);
