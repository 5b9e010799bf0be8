using Connectify.Server.Hosting;

namespace Connectify.Server.Realtime;

/// <summary>
/// Asks now and then where all followed chats stand, in one query: a change whose telling was lost (a
/// process cut off between commit and publish) is found and fetched.
/// </summary>
internal sealed class FeedSweep(ChatFeeds feeds, Database database, ILogger<FeedSweep> log) : BackgroundLoop
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task Run(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stopping))
        {
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
            "SELECT id, last_seq FROM chats WHERE id = ANY(@chatIds)", new { chatIds }, cancellation);
        foreach (var position in positions) feeds.Of(position.Id)?.Observe(position.LastSeq);
    }

    private sealed record Position
    {
        public long Id { get; init; }

        public long LastSeq { get; init; }
    }
}
