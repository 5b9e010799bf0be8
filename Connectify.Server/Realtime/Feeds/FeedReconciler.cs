using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>
/// Reads the counts of all followed chats in one query: a change or a removal whose event was lost is
/// found and fetched.
/// </summary>
internal sealed class FeedReconciler(ChatFeeds feeds, Database database, IBackplane backplane, ILogger<FeedReconciler> log) : BackgroundLoop
{
    private static readonly TimeSpan WhileAway = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Otherwise = TimeSpan.FromSeconds(5);

    protected override async Task Run(CancellationToken stopping)
    {
        using var turn = new ReconcileSchedule(backplane, WhileAway, Otherwise);
        while (true)
        {
            await turn.Wait(stopping);
            try
            {
                await Sweep(stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                log.LogWarning("The positions of chats could not be read: {Kind}", e.GetType().Name);
            }
        }
    }

    private async Task Sweep(CancellationToken cancellation)
    {
        var chatIds = feeds.All.Select(feed => feed.Chat.Id).ToArray();
        if (chatIds.Length == 0) return;
        var positions = await database.Query<Position>(
            "SELECT id, last_seq, access_version FROM chats WHERE id = ANY(@chatIds)", new { chatIds }, cancellation);
        foreach (var position in positions) feeds.Observe(position.Id, position.LastSeq, position.AccessVersion);
    }

    private sealed record Position
    {
        public long Id { get; init; }

        public long LastSeq { get; init; }

        public long AccessVersion { get; init; }
    }
}
