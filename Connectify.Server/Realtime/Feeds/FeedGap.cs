using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>What stands between a feed and what came early.</summary>
/// <param name="IsAccessStale">A member was removed: membership has to be read.</param>
/// <param name="After">The change after which something is missing.</param>
/// <param name="Claimed">The change that carries the newer access version.</param>
internal readonly record struct FeedGap(bool IsAccessStale, long After, ChatEvent? Claimed = null)
{
    public static FeedGap None => new(false, -1);

    public bool IsNone => After < 0 && !IsAccessStale;
}
