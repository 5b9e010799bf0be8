using System.Threading.Channels;
using Connectify.Protocol;
using Connectify.Server.Messages.Reads;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;
using Connectify.Server.Realtime.Feeds;

namespace Connectify.Server.Realtime.Signals;

/// <summary>
/// Keeps the unread counts of sockets for all chats current: <c>unread</c> frames after messages and
/// after reads on other devices. What gathers while one count is read is told in one go after it. A new
/// message adds one to what was counted; anything else is counted anew, and everything now and then,
/// since a read on another node may not have been heard.
/// </summary>
internal sealed class UnreadPublisher(ConnectionStore connections, UnreadCounts unreadCounts, ILogger<UnreadPublisher> log) : BackgroundLoop
{
    private const int MaxKept = 100_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Only the loop's own.
    private readonly Dictionary<(long ChatId, long UserId), Counted> _counted = [];
    private Dictionary<ChatRef, PendingUnread> _due = [];

    /// <summary>Notes whose counts events of a chat change. Within a feed's turn: nothing is waited for here.</summary>
    public void Enqueue(ChatFeed feed, IReadOnlyList<ChatEvent> events)
    {
        if (!events.Any(PendingUnread.AffectsUnread)) return;
        var inboxes = Array.FindAll(feed.LocalSubscribers(), follower => follower.IsInbox);
        if (inboxes.Length == 0) return;
        var chat = feed.Chat;
        lock (_gate)
        {
            if (!_due.TryGetValue(chat, out var due)) _due[chat] = due = new PendingUnread();
            foreach (var happened in events.Where(PendingUnread.AffectsUnread))
            {
                if (happened.Name == Frames.Message) due.Messages.Add((happened.Seq, happened.Actor));
                foreach (var inbox in inboxes) due.Note(happened, inbox.UserId);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    protected override async Task Run(CancellationToken stopping)
    {
        while (await _signal.Reader.WaitToReadAsync(stopping))
        {
            _signal.Reader.TryRead(out _);
            Dictionary<ChatRef, PendingUnread> all;
            lock (_gate) (all, _due) = (_due, []);
            foreach (var (chat, due) in all) await Publish(chat, due, stopping);
        }
    }

    private async Task Publish(ChatRef chat, PendingUnread due, CancellationToken cancellation)
    {
        try
        {
            var uncertain = due.Users.Where(userId => due.NeedsRecount.Contains(userId) || !IsKnown(chat.Id, userId)).ToArray();
            if (uncertain.Length > 0) await Count(chat.Id, uncertain, cancellation);
            using var round = WriteRound.Begin();
            foreach (var userId in due.Users) Publish(chat, due, userId);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // The next message or read counts anew.
            foreach (var userId in due.Users) _counted.Remove((chat.Id, userId));
            log.LogWarning("Unread counts of chat {ChatId} are late: {Kind}", chat.Id, e.GetType().Name);
        }
    }

    private bool IsKnown(long chatId, long userId)
        => _counted.TryGetValue((chatId, userId), out var counted) && counted.Until > Environment.TickCount64;

    private async Task Count(long chatId, long[] userIds, CancellationToken cancellation)
    {
        var until = Environment.TickCount64 + (long)Freshness.TotalMilliseconds;
        foreach (var userId in userIds) _counted.Remove((chatId, userId));
        foreach (var (userId, count) in await unreadCounts.In(chatId, userIds, cancellation))
        {
            _counted[(chatId, userId)] = new Counted(count.Unread, count.Seq, until);
        }

        if (_counted.Count <= MaxKept) return;
        foreach (var (key, _) in _counted.Where(entry => entry.Value.Until <= Environment.TickCount64).ToList()) _counted.Remove(key);
    }

    // Who isn't counted is no member any more.
    private void Publish(ChatRef chat, PendingUnread due, long userId)
    {
        if (!_counted.TryGetValue((chat.Id, userId), out var counted)) return;
        var news = due.Messages.Where(message => message.Seq > counted.Seq).ToList();
        if (news.Count > 0)
        {
            counted = counted with { Unread = counted.Unread + news.Count(message => message.Sender != userId), Seq = news.Max(message => message.Seq) };
            _counted[(chat.Id, userId)] = counted;
        }

        var payload = FramePayload.Of(chat, 0, new { unread_count = counted.Unread });
        foreach (var client in connections.OfUser(userId))
        {
            if (client.IsInbox) client.Send(Frames.Unread, payload);
        }
    }

    private sealed record Counted(long Unread, long Seq, long Until);
}
