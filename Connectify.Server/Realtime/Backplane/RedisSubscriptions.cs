namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// The channels this node listens to, counted by their followers. A subscription that Redis has confirmed outlives lost
/// connections by the library's own means; one that failed is tried again here.
/// </summary>
internal sealed class RedisSubscriptions(RedisConnection redis)
{
    /// <summary>How long a follower of a chat waits for the subscription.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Wanted> _wanted = [];

    /// <summary>Raised when a channel is heard later than its follower waited.</summary>
    public event Action? SubscribedLate;

    /// <returns>Complete when Redis has confirmed, or can't now.</returns>
    public Task Add(string channel)
    {
        Task<bool> trying;
        lock (_gate)
        {
            if (!_wanted.TryGetValue(channel, out var wanted)) _wanted[channel] = wanted = new Wanted { Trying = Try(channel, isAgain: false) };
            wanted.Followers++;
            trying = wanted.Trying;
        }

        return trying.IsCompleted ? Task.CompletedTask : Task.WhenAny(trying, Task.Delay(Timeout));
    }

    /// <returns>Whether it was the last follower's.</returns>
    public bool Remove(string channel)
    {
        lock (_gate)
        {
            if (!_wanted.TryGetValue(channel, out var wanted) || --wanted.Followers > 0) return false;
            _wanted.Remove(channel);

            // Under the lock, so that it can't overtake the next subscription to the same channel.
            _ = redis.Unsubscribe(channel);
            return true;
        }
    }

    /// <summary>Subscribes again to the channels that Redis has not confirmed.</summary>
    /// <param name="all">To all others too: the connection is a new one.</param>
    /// <returns>Complete when Redis has confirmed, or can't now.</returns>
    public Task Renew(bool all = false)
    {
        lock (_gate)
        {
            var renewed = _wanted.Where(entry => all || entry.Value.HasFailed).ToList();
            foreach (var (channel, wanted) in renewed) wanted.Trying = Try(channel, isAgain: true);
            return Task.WhenAll(renewed.Select(entry => entry.Value.Trying));
        }
    }

    private async Task<bool> Try(string channel, bool isAgain)
    {
        var began = Environment.TickCount64;
        var isConfirmed = await redis.Subscribe(channel, isAgain);
        if (isConfirmed && (isAgain || Environment.TickCount64 - began >= Timeout.TotalMilliseconds)) SubscribedLate?.Invoke();
        return isConfirmed;
    }

    private sealed class Wanted
    {
        public required Task<bool> Trying { get; set; }

        public int Followers { get; set; }

        public bool HasFailed => Trying is { IsCompleted: true, Result: false };
    }
}
