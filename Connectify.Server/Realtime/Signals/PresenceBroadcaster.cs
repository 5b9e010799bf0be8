using System.Collections.Concurrent;
using System.Threading.Channels;
using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;
using Connectify.Server.Realtime.Feeds;

namespace Connectify.Server.Realtime.Signals;

/// <summary>
/// Notifies this node's subscribers when a user they share a chat with goes online or offline, at any
/// node. Each node notifies its own subscribers, so that no event arrives twice, and a
/// dying node leaves no event out. Nothing of it crosses a block in a conversation.
/// </summary>
internal sealed class PresenceBroadcaster : BackgroundLoop
{
    private const int UsersPerQuery = 500;

    // A batch delays the chat's messages.
    private const int EventsPerTurn = 50;

    private readonly Presence _presence;
    private readonly ChatFeeds _feeds;
    private readonly Database _database;
    private readonly ILogger<PresenceBroadcaster> _log;
    private readonly Lock _gate = new();
    private readonly HashSet<long> _publishedOnline = [];
    private readonly ConcurrentDictionary<string, bool> _counted = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private HashSet<long> _due = [];

    public PresenceBroadcaster(Presence presence, ChatFeeds feeds, Database database, ILogger<PresenceBroadcaster> log)
    {
        (_presence, _feeds, _database, _log) = (presence, feeds, database, log);
        presence.Changed += Enqueue;
    }

    public void Connected(ClientConnection client)
    {
        if (_counted.TryAdd(client.Id, true)) _presence.Connected(client.UserId);
    }

    public void Disconnected(ClientConnection client)
    {
        // A connection that was refused was never online.
        if (_counted.TryRemove(client.Id, out _)) _presence.Disconnected(client.UserId);
    }

    // In the background: connecting doesn't wait for it. It publishes the state at that time.
    protected override async Task Run(CancellationToken stopping)
    {
        while (await _signal.Reader.WaitToReadAsync(stopping))
        {
            _signal.Reader.TryRead(out _);
            HashSet<long> due;
            lock (_gate) (due, _due) = (_due, []);
            foreach (var users in due.Chunk(UsersPerQuery)) await Publish(users, stopping);
        }
    }

    private void Enqueue(IReadOnlyCollection<long> userIds)
    {
        lock (_gate) _due.UnionWith(userIds);
        _signal.Writer.TryWrite(true);
    }

    private async Task Publish(long[] due, CancellationToken cancellation)
    {
        // A user who reconnected meanwhile has not changed.
        var users = Array.FindAll(due, userId => HasChanged(userId, out _));
        if (users.Length == 0) return;
        try
        {
            var followed = (await SharedChats(users, cancellation)).Where(row => _feeds.Of(row.Chat) is not null).ToLookup(row => row.Chat, row => row.UserId);
            var news = new Dictionary<long, bool>();
            foreach (var userId in users)
            {
                if (HasChanged(userId, out var isOnline)) news[userId] = Record(userId, isOnline);
            }

            using var flush = DeferredFlush.Begin();
            foreach (var chat in followed) Publish(chat.Key, chat.Where(news.ContainsKey), news);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            _log.LogWarning("Presence of {Count} users was not published: {ExceptionType}", users.Length, e.GetType().Name);
        }
    }

    private bool HasChanged(long userId, out bool isOnline) => (isOnline = _presence.IsOnline(userId)) != _publishedOnline.Contains(userId);

    private bool Record(long userId, bool isOnline)
    {
        if (isOnline) _publishedOnline.Add(userId);
        else _publishedOnline.Remove(userId);
        return isOnline;
    }

    private void Publish(ChatRef chat, IEnumerable<long> users, Dictionary<long, bool> news)
    {
        foreach (var some in users.Chunk(EventsPerTurn)) _feeds.Receive(Array.ConvertAll(some, userId => PresenceEvents.Of(chat, userId, news[userId])));
    }

    private async Task<IReadOnlyList<Row>> SharedChats(long[] users, CancellationToken cancellation)
        => _feeds.All.Count == 0 ? [] : await _database.Query<Row>(
            $"""
            SELECT m.user_id, m.chat_id, m.kind FROM current_chat_members m JOIN chats c ON c.id = m.chat_id
            WHERE m.user_id = ANY(@users) AND NOT {ChatAccess.HasBlock}
            """,
            new { users },
            cancellation);

    private sealed record Row
    {
        public long UserId { get; init; }

        public long ChatId { get; init; }

        public string Kind { get; init; } = "";

        public ChatRef Chat => ChatRef.Of(Kind, ChatId);
    }
}
