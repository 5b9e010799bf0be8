using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>What stands between a feed and what came early.</summary>
/// <param name="IsAccessStale">Somebody was removed: who may still hear has to be read.</param>
/// <param name="After">The change after which something is missing.</param>
/// <param name="Claimed">The change that says that somebody was removed.</param>
internal readonly record struct FeedGap(bool IsAccessStale, long After, ChatEvent? Claimed = null)
{
    public static FeedGap None => new(false, -1);

    public bool IsNone => After < 0 && !IsAccessStale;
}
