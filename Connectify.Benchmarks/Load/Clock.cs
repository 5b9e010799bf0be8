using System.Diagnostics;

namespace Connectify.Benchmarks.Load;

/// <summary>Monotonic time in nanoseconds.</summary>
internal static class Clock
{
    public const long Second = 1_000_000_000;
    public const long Millisecond = 1_000_000;

    private static readonly double PerTick = (double)Second / Stopwatch.Frequency;

    public static long Now => (long)(Stopwatch.GetTimestamp() * PerTick);
}
