using Connectify.Server.Hosting;

namespace Connectify.Server.Realtime.Connections;

/// <summary>A token bucket: so many frames a second after a burst. Kept over for ten seconds, it is flooding.</summary>
internal sealed class FrameLimit(RateLimitsSettings settings, bool isEnabled, TimeProvider clock)
{
    private static readonly TimeSpan FloodWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private double _tokens = settings.FrameBurst;
    private long _refilled = clock.GetTimestamp();
    private long _overSince;
    private long _lastOver;

    /// <summary>Takes one frame.</summary>
    /// <param name="retryAfter">When to try again, if not.</param>
    /// <param name="isFlooding">Whether the limit has been exceeded for ten seconds without a pause of a second.</param>
    public bool TryAcquire(out TimeSpan retryAfter, out bool isFlooding)
    {
        (retryAfter, isFlooding) = (TimeSpan.Zero, false);
        if (!isEnabled) return true;
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            _tokens = Math.Min(settings.FrameBurst, _tokens + (clock.GetElapsedTime(_refilled, now).TotalSeconds * settings.FramesPerSecond));
            _refilled = now;
            if (_tokens >= 1)
            {
                _tokens -= 1;
                return true;
            }

            if (_overSince == 0 || clock.GetElapsedTime(_lastOver, now) > Pause) _overSince = now;
            _lastOver = now;
            retryAfter = TimeSpan.FromSeconds((1 - _tokens) / settings.FramesPerSecond);
            isFlooding = clock.GetElapsedTime(_overSince, now) >= FloodWindow;
            return false;
        }
    }
}
