using System.Numerics;

namespace Connectify.Benchmarks.Load;

/// <summary>Counts durations in buckets about 3 % wide, from a microsecond to hours.</summary>
internal sealed class Histogram
{
    private const int BitsPerOctave = 5;
    private readonly long[] _buckets = new long[64 << BitsPerOctave];

    public long Count { get; private set; }

    public void Add(long nanoseconds)
    {
        var micros = Math.Max(nanoseconds / 1000, 0);
        _buckets[Bucket(micros)]++;
        Count++;
    }

    public void Clear()
    {
        Array.Clear(_buckets);
        Count = 0;
    }

    /// <returns>Milliseconds that a share of <paramref name="share"/> (0–1) stayed below; 0 when nothing was counted.</returns>
    public double Milliseconds(double share)
    {
        if (Count == 0) return 0;
        var wanted = (long)Math.Ceiling(Count * share);
        var bucket = -1;
        while (wanted > 0) wanted -= _buckets[++bucket];
        return UpperBound(bucket) / 1000.0;
    }

    private static int Bucket(long micros)
    {
        if (micros < 1 << BitsPerOctave) return (int)micros;
        var shift = BitOperations.Log2((ulong)micros) - BitsPerOctave;
        return ((shift + 1) << BitsPerOctave) + (int)((micros >> shift) - (1 << BitsPerOctave));
    }

    private static long UpperBound(int bucket)
    {
        if (bucket < 1 << BitsPerOctave) return bucket + 1;
        var shift = (bucket >> BitsPerOctave) - 1;
        return (((bucket & ((1 << BitsPerOctave) - 1)) + (1L << BitsPerOctave)) + 1) << shift;
    }
}
