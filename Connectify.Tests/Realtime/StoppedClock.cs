namespace Connectify.Tests.Realtime;

/// <summary>A clock that moves only when told.</summary>
internal sealed class StoppedClock : TimeProvider
{
    private long _ticks = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_ticks);

    public void Pass(TimeSpan time) => _ticks += time.Ticks;
}
