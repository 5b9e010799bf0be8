namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// The channels this node listens to. Kept apart from the library's own list, because a subscription tried
/// while Redis is away is not always made up for: what is unconfirmed is tried again when Redis is back. Nor does every confirmed one outlive a lost connection.
/// </summary>
internal sealed class RedisSubscriptions(RedisConnection redis)
{
    /// <summary>How long whoever follows a chat waits for the subscription.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Wanted> _wanted = [];

    /// <summary>Raised when a channel was wanted for longer than anybody waits, and only now is heard.</summary>
    public event Action? SubscribedLate;

    /// <returns>Complete when Redis has confirmed, or can't now.</returns>
    public Task Add(string channel)
    {
        Wanted wanted;
        lock (_gate)
        {
            if (!_wanted.TryGetValue(channel, out wanted!))
            {
                _wanted[channel] = wanted = new Wanted(channel);
                wanted.Trying = Try(wanted);
            }

            wanted.Count++;
        }

        return wanted.Trying.IsCompleted ? Task.CompletedTask : Task.WhenAny(wanted.Trying, Task.Delay(Timeout));
    }

    public void Remove(string channel)
    {
        lock (_gate)
        {
            if (!_wanted.TryGetValue(channel, out var wanted) || --wanted.Count > 0) return;
            _wanted.Remove(channel);

            // Under the lock, so that it can't overtake the next wish for the same channel.
            _ = redis.Unsubscribe(channel);
        }
    }

    /// <summary>Subscribes to channels anew, whatever became of earlier tries.</summary>
    /// <param name="only">Which; none named: all.</param>
    /// <returns>Complete when Redis has confirmed, or can't now.</returns>
    public Task Renew(params string[] only)
    {
        lock (_gate)
        {
            var renewed = _wanted.Values.Where(wanted => only.Length == 0 || only.Contains(wanted.Channel)).ToList();
            foreach (var wanted in renewed) wanted.Trying = Try(wanted);
            return Task.WhenAll(renewed.Select(wanted => wanted.Trying));
        }
    }

    private async Task Try(Wanted wanted)
    {
        var began = Environment.TickCount64;
        var isAgain = wanted.WasTried;
        wanted.WasTried = redis.IsOpen;
        var isConfirmed = await redis.Subscribe(wanted.Channel, isAgain);
        if (isConfirmed && (isAgain || Environment.TickCount64 - began >= Timeout.TotalMilliseconds)) SubscribedLate?.Invoke();
    }

    private sealed class Wanted(string channel)
    {
        public string Channel => channel;

        public int Count { get; set; }

        public bool WasTried { get; set; }

        public Task Trying { get; set; } = Task.CompletedTask;
    }
}
