using Connectify.Server.Hosting;

namespace Connectify.Server.Realtime.Connections;

/// <summary>
/// What one connection may send: its own token bucket, and that of its user over all connections of this node. Kept over for
/// ten seconds, it is flooding.
/// </summary>
/// <param name="settings">The rate and burst of a connection.</param>
/// <param name="isEnabled">Whether anything is counted.</param>
/// <param name="clock">The time.</param>
/// <param name="ofUser">The user's bucket; null: the connection's alone counts.</param>
internal sealed class FrameLimit(RateLimitsSettings settings, bool isEnabled, TimeProvider clock, TokenBucket? ofUser = null)
{
    /// <summary>How long nothing is read from a connection that sends much too much.</summary>
    public static readonly TimeSpan ReadPause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan FloodWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ForgivingPause = TimeSpan.FromSeconds(1);

    // A refusal costs work too. So many are answered at once: a burst of a client that means well.
    private const int RefusalsPerToken = 5;

    private readonly TokenBucket _own = new(settings.FramesPerSecond, settings.FrameBurst, clock);
    private readonly TokenBucket _refusals = new(RefusalsPerToken * settings.FramesPerSecond, RefusalsPerToken * settings.FrameBurst, clock);
    private readonly Lock _gate = new();
    private long _overSince;
    private long _lastOver;
    private bool _isPaused;

    /// <summary>Takes what a frame costs.</summary>
    /// <param name="retryAfter">When to retry, if refused. Simultaneous refusals get staggered times.</param>
    /// <param name="isFlooding">Whether the limit has been exceeded for ten seconds without a pause of a second.</param>
    /// <param name="cost">1 for a frame; more for one that names many chats.</param>
    public bool TryAcquire(out TimeSpan retryAfter, out bool isFlooding, int cost = 1)
    {
        (retryAfter, isFlooding) = (TimeSpan.Zero, false);
        if (!isEnabled) return true;
        retryAfter = _own.TryTake(cost);
        if (retryAfter == TimeSpan.Zero && ofUser is not null)
        {
            retryAfter = ofUser.TryTake(cost);
            if (retryAfter > TimeSpan.Zero) _own.Return(cost);
        }

        if (retryAfter == TimeSpan.Zero) return true;
        isFlooding = IsFloodingNow();
        return false;
    }

    /// <summary>How long nothing more should be read from the connection: it was refused more than answers are worth.</summary>
    public TimeSpan TakePause()
    {
        if (!Volatile.Read(ref _isPaused)) return TimeSpan.Zero;
        Volatile.Write(ref _isPaused, false);
        return ReadPause;
    }

    private bool IsFloodingNow()
    {
        if (_refusals.TryTake(1) > TimeSpan.Zero) Volatile.Write(ref _isPaused, true);
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            if (_overSince == 0 || clock.GetElapsedTime(_lastOver, now) > ForgivingPause) _overSince = now;
            _lastOver = now;
            return clock.GetElapsedTime(_overSince, now) >= FloodWindow;
        }
    }
}
