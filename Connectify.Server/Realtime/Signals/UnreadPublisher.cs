using System.Threading.Channels;
using Connectify.Protocol;
using Connectify.Server.Messages.Reads;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;
using Connectify.Server.Realtime.Feeds;

namespace Connectify.Server.Realtime.Signals;

/// <summary>
/// Keeps the unread counts of sockets for all chats current: <c>unread</c> frames after messages, after reads on other
/// devices and after a replay. Events that arrive during a count share the next frame. A new message adds one to
/// what was counted; anything else is counted anew, and everything now and then, since a read on another node may not have
/// been heard.
/// </summary>
/// <remarks>
/// A count is kept only while its user's inbox hears each change of the chat: one that begins to follow, after a removal or
/// a reconnect, has missed some. The feed says so within its turn, before it delivers anything for that inbox, so that what
/// follows is counted anew. One loop sends all frames, so the last frame has the last count.
/// </remarks>
internal sealed class UnreadPublisher : BackgroundLoop
{
    private const int MaxKept = 100_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    private readonly ConnectionStore _connections;
    private readonly UnreadCounts _unreadCounts;
    private readonly ILogger<UnreadPublisher> _log;
    private readonly Lock _gate = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Only the loop's own.
    private readonly Dictionary<(long ChatId, long UserId), Counted> _counted = [];
    private Dictionary<ChatRef, PendingUnread> _due = [];
    private Dictionary<ClientConnection, HashSet<ChatRef>> _replayed = [];

    public UnreadPublisher(ChatFeeds feeds, ConnectionStore connections, UnreadCounts unreadCounts, ILogger<UnreadPublisher> log)
    {
        (_connections, _unreadCounts, _log) = (connections, unreadCounts, log);
        feeds.Delivered += Enqueue;
        feeds.Followed += Forget;
        feeds.Replayed += Enqueue;
    }

    /// <summary>Notes whose counts events of a chat change. Within a feed's turn: nothing is waited for here.</summary>
    private void Enqueue(ChatFeed feed, IReadOnlyList<ChatEvent> events)
    {
        if (!events.Any(PendingUnread.AffectsUnread)) return;
        var inboxes = Array.FindAll(feed.LocalSubscribers(), follower => follower.IsInbox);
        if (inboxes.Length == 0) return;
        lock (_gate)
        {
            var due = DueIn(feed.Chat);
            foreach (var happened in events.Where(PendingUnread.AffectsUnread)) due.Note(happened, inboxes);
        }

        _signal.Writer.TryWrite(true);
    }

    // Within a feed's turn. This alone publishes nothing.
    private void Forget(ChatFeed feed, ClientConnection client)
    {
        if (!client.IsInbox) return;
        lock (_gate) DueIn(feed.Chat).NeedsRecount.Add(client.UserId);
        _signal.Writer.TryWrite(true);
    }

    private void Enqueue(ClientConnection client, IReadOnlyCollection<ChatRef> chats)
    {
        if (!client.IsInbox || chats.Count == 0) return;
        lock (_gate)
        {
            if (!_replayed.TryGetValue(client, out var due)) _replayed[client] = due = [];
            due.UnionWith(chats);
        }

        _signal.Writer.TryWrite(true);
    }

    private PendingUnread DueIn(ChatRef chat)
    {
        if (!_due.TryGetValue(chat, out var due)) _due[chat] = due = new PendingUnread();
        return due;
    }

    protected override async Task Run(CancellationToken stopping)
    {
        while (await _signal.Reader.WaitToReadAsync(stopping))
        {
            _signal.Reader.TryRead(out _);
            Dictionary<ChatRef, PendingUnread> all;
            Dictionary<ClientConnection, HashSet<ChatRef>> replayed;
            lock (_gate) (all, _due, replayed, _replayed) = (_due, [], _replayed, []);
            foreach (var (chat, due) in all) await Publish(chat, due, stopping);
            foreach (var (client, chats) in replayed) await Publish(client, chats, stopping);
        }
    }

    private async Task Publish(ChatRef chat, PendingUnread due, CancellationToken cancellation)
    {
        foreach (var userId in due.NeedsRecount) _counted.Remove((chat.Id, userId));
        try
        {
            var unknown = due.Users.Where(userId => !IsKnown(chat.Id, userId)).ToArray();
            if (unknown.Length > 0) await Count(chat.Id, unknown, cancellation);
            using var flush = DeferredFlush.Begin();
            foreach (var userId in due.Users) Publish(chat, due, userId);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // The next message or read counts anew.
            foreach (var userId in due.Users) _counted.Remove((chat.Id, userId));
            _log.LogWarning("Unread counts of chat {ChatId} are late: {ExceptionType}", chat.Id, e.GetType().Name);
        }
    }

    // Of all chats in one query: a client that resumes names many.
    private async Task Publish(ClientConnection client, HashSet<ChatRef> chats, CancellationToken cancellation)
    {
        try
        {
            var until = Environment.TickCount64 + (long)Freshness.TotalMilliseconds;
            var counts = await _unreadCounts.Of(client.UserId, [.. chats.Select(chat => chat.Id)], cancellation);
            using var flush = DeferredFlush.Begin();
            foreach (var chat in chats)
            {
                if (!counts.TryGetValue(chat.Id, out var count)) continue;
                _counted[(chat.Id, client.UserId)] = new Counted(count.Unread, count.Seq, until);
                Send(client, chat, Payload(chat, count.Unread));
            }
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            _log.LogWarning("Unread counts of user {UserId} after a replay are late: {Kind}", client.UserId, e.GetType().Name);
        }
    }

    private bool IsKnown(long chatId, long userId)
        => _counted.TryGetValue((chatId, userId), out var counted) && counted.Until > Environment.TickCount64;

    private async Task Count(long chatId, long[] userIds, CancellationToken cancellation)
    {
        var until = Environment.TickCount64 + (long)Freshness.TotalMilliseconds;
        foreach (var userId in userIds) _counted.Remove((chatId, userId));
        foreach (var (userId, count) in await _unreadCounts.In(chatId, userIds, cancellation))
        {
            _counted[(chatId, userId)] = new Counted(count.Unread, count.Seq, until);
        }

        if (_counted.Count <= MaxKept) return;
        foreach (var (key, _) in _counted.Where(entry => entry.Value.Until <= Environment.TickCount64).ToList()) _counted.Remove(key);
    }

    // A user without a count is no member any more.
    private void Publish(ChatRef chat, PendingUnread due, long userId)
    {
        if (!_counted.TryGetValue((chat.Id, userId), out var counted)) return;
        var news = due.Messages.Where(message => message.Seq > counted.Seq).ToList();
        if (news.Count > 0)
        {
            counted = counted with { Unread = counted.Unread + news.Count(message => message.Sender != userId), Seq = news.Max(message => message.Seq) };
            _counted[(chat.Id, userId)] = counted;
        }

        var payload = Payload(chat, counted.Unread);
        foreach (var client in _connections.OfUser(userId))
        {
            if (client.IsInbox) Send(client, chat, payload);
        }
    }

    // A connection that left the chat meanwhile gets no frame.
    private static void Send(ClientConnection client, ChatRef chat, byte[] payload)
    {
        if (client.Following.TryGetValue(chat.Id, out var followed) && followed == chat) client.Send(Frames.Unread, payload);
    }

    private static byte[] Payload(ChatRef chat, long unread) => FramePayload.Of(chat, 0, new { unread_count = unread });

    private sealed record Counted(long Unread, long Seq, long Until);
}
