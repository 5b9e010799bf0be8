using Connectify.Protocol;
using Connectify.Server.Diagnostics;
using Connectify.Server.Messages.History;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>Reads what a feed lacks from the database: missing changes, or who is still a member.</summary>
internal sealed class FeedBackfill(
    Database database, ChatHistory history, Metrics metrics, IHostApplicationLifetime lifetime, ILogger<FeedBackfill> log)
    : IFeedBackfill
{
    // The whole gap is read at once. After a partial read, the feed couldn't tell whether a message that changed since was
    // delivered. Beyond the limit, subscribers reconnect and resume.
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

    // Remove them at once: the feed ends with them, and returning clients get a new one.
    private bool DisconnectSubscribers(ChatFeed feed, ChatFeeds feeds)
    {
        log.LogWarning("Chat {ChatId}: gap exceeds {MaxGap} changes; disconnecting subscribers so that they resume", feed.Chat.Id, LongestGap);
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
