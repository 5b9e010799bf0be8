using Connectify.Protocol;
using Connectify.Server.Diagnostics;
using Connectify.Server.Messages.History;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>Reads from the database what a feed lacks: changes that didn't come, or who may still hear.</summary>
internal sealed class FeedBackfill(
    Database database, ChatHistory history, Metrics metrics, IHostApplicationLifetime lifetime, ILogger<FeedBackfill> log)
    : IFeedBackfill
{
    // All that is missing is read at once: of a message that changed past a part of it, nobody could tell later whether it
    // has been told. Whoever follows a chat through a longer gap comes back and says where he stands.
    private const int LongestGap = 10_000;

    // Two sends at once publish in either order: what is missing is usually on its way.
    private static readonly TimeSpan ReorderWindow = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(500);

    public void Start(ChatFeed feed, ChatFeeds feeds) => _ = Task.Run(() => Run(feed, feeds, lifetime.ApplicationStopping));

    private async Task Run(ChatFeed feed, ChatFeeds feeds, CancellationToken cancellation)
    {
        try
        {
            // The first answer that is none ends this repair: it isn't asked again after it.
            if (!feed.IsAccessStale) await Task.Delay(ReorderWindow, cancellation);
            while (feed.Gap() is { IsNone: false } gap)
            {
                if (!await Step(feed, feeds, gap, cancellation)) await Task.Delay(PauseAfterFailure, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The server stops; its clients will resume elsewhere.
        }
    }

    private async Task<bool> Step(ChatFeed feed, ChatFeeds feeds, FeedGap gap, CancellationToken cancellation)
    {
        try
        {
            if (gap.IsAccessStale) return await CheckAccess(feed, feeds, gap, cancellation);
            var missed = await history.ReadBacklog(feed.Chat, gap.After, LongestGap, cancellation);
            if (missed is { HasMore: true }) return DisconnectSubscribers(feed, feeds);
            feed.Apply(missed?.Changes ?? [], missed?.Seq ?? 0);
            if (missed is not { Changes.Count: > 0 }) return false;
            metrics.GapBackfilled();
            return true;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // Nothing is delivered out of order or to the wrong people meanwhile: the feed waits.
            log.LogWarning("Chat {ChatId} waits for the database: {Kind}", feed.Chat.Id, e.GetType().Name);
            return false;
        }
    }

    // They leave the feed at once: it ends with them, and whoever comes again finds a new one.
    private bool DisconnectSubscribers(ChatFeed feed, ChatFeeds feeds)
    {
        log.LogWarning("Chat {ChatId} has moved on by more than {Most} changes: its followers are to come again", feed.Chat.Id, LongestGap);
        foreach (var client in feed.LocalSubscribers())
        {
            feeds.Unfollow(client, feed.Chat.Id);
            client.Close(CloseCodes.InternalError, "try again");
        }

        return true;
    }

    private async Task<bool> CheckAccess(ChatFeed feed, ChatFeeds feeds, FeedGap gap, CancellationToken cancellation)
    {
        var followers = feed.LocalSubscribers().Select(client => client.Caller.UserId).Distinct().ToArray();
        var rows = await database.Query<Row>(
            """
            SELECT c.access_version, cm.user_id
            FROM chats c
            LEFT JOIN current_chat_members cm ON cm.chat_id = c.id AND cm.user_id = ANY(@followers)
            WHERE c.id = @chatId
            """,
            new { chatId = feed.Chat.Id, followers },
            cancellation);
        foreach (var userId in followers.Except(rows.Select(row => row.UserId ?? 0))) feeds.Evict(feed.Chat.Id, userId);
        return feed.AccessChecked(rows[0].AccessVersion, gap);
    }

    private sealed record Row
    {
        public long AccessVersion { get; init; }

        public long? UserId { get; init; }
    }
}
