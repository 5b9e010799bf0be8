namespace Connectify.Server.Realtime.Connections;

/// <summary>Token bucket: a rate per second after a burst. Refused requests get staggered retry times.</summary>
/// <param name="perSecond">Tokens a second.</param>
/// <param name="burst">The most that gather.</param>
/// <param name="clock">The time.</param>
internal sealed class TokenBucket(int perSecond, int burst, TimeProvider clock)
{
    // Bounds the queue of retries for clients that retry early.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private double _tokens = burst;
    private long _refilled = clock.GetTimestamp();

    // The retry time of the last refused request, from _refilled.
    private TimeSpan _lastTurn;

    /// <summary>Takes <paramref name="cost"/> tokens, or the whole burst where it costs more than that.</summary>
    /// <returns>Zero: taken. Else when to come again: clients that heed it find a token then, however many were refused at once.</returns>
    public TimeSpan TryTake(int cost)
    {
        lock (_gate)
        {
            Refill();
            var needed = Math.Min(cost, burst);
            if (_tokens >= needed)
            {
                _tokens -= needed;
                return TimeSpan.Zero;
            }

            var ready = TimeSpan.FromSeconds((needed - _tokens) / perSecond);
            var turn = _lastTurn + TimeSpan.FromSeconds((double)needed / perSecond);
            _lastTurn = ready > turn || _lastTurn <= TimeSpan.Zero ? ready : turn < LongestWait ? turn : LongestWait;
            return _lastTurn;
        }
    }

    /// <summary>Gives back what was taken for nothing.</summary>
    public void Return(int cost)
    {
        lock (_gate) _tokens = Math.Min(burst, _tokens + Math.Min(cost, burst));
    }

    private void Refill()
    {
        var now = clock.GetTimestamp();
        var passed = clock.GetElapsedTime(_refilled, now);
        _tokens = Math.Min(burst, _tokens + (passed.TotalSeconds * perSecond));
        _lastTurn -= passed;
        if (_lastTurn < TimeSpan.Zero) _lastTurn = TimeSpan.Zero;
        _refilled = now;
    }
}
