using Connectify.Server.Hosting;

namespace Connectify.Server.Realtime.Connections;

/// <summary>Makes the frame limit of each new connection. Connections of one user share that user's, for as long as there are any.</summary>
internal sealed class FrameLimits(RateLimitsSettings settings, IHostEnvironment environment)
{
    private readonly bool _isEnabled = settings.Enabled ?? environment.IsProduction();
    private readonly Lock _gate = new();
    private readonly Dictionary<long, (TokenBucket Bucket, int Connections)> _byUser = [];

    /// <summary>The limit of a new connection; each call is paired with one of <see cref="Release"/>.</summary>
    public FrameLimit New(long userId)
    {
        lock (_gate)
        {
            var (bucket, connections) = _byUser.GetValueOrDefault(userId);
            bucket ??= new TokenBucket(settings.FramesPerSecondPerUser, Math.Max(2 * settings.FramesPerSecondPerUser, settings.FrameBurst), TimeProvider.System);
            _byUser[userId] = (bucket, connections + 1);
            return new FrameLimit(settings, _isEnabled, TimeProvider.System, bucket);
        }
    }

    public void Release(long userId)
    {
        lock (_gate)
        {
            if (!_byUser.TryGetValue(userId, out var user)) return;
            if (user.Connections > 1) _byUser[userId] = user with { Connections = user.Connections - 1 };
            else _byUser.Remove(userId);
        }
    }
}
