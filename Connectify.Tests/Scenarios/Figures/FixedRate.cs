using System.Diagnostics;

namespace Connectify.Tests.Scenarios.Figures;

/// <summary>Does something at a fixed rate, whether or not the last time has ended: so waits are counted, not hidden.</summary>
internal static class FixedRate
{
    /// <param name="perSecond">How often.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="act">What; is given the moment it was due, in <see cref="Stopwatch"/>'s ticks.</param>
    /// <returns>Complete when all of it has ended.</returns>
    public static async Task Run(double perSecond, TimeSpan duration, Func<long, Task> act)
    {
        var start = Stopwatch.GetTimestamp();
        var underWay = new List<Task>();
        for (var i = 0; i < perSecond * duration.TotalSeconds; i++)
        {
            var due = start + (long)(i / perSecond * Stopwatch.Frequency);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
            underWay.Add(act(due));
        }

        await Task.WhenAll(underWay);
    }
}
