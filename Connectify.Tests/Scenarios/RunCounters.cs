using System.Collections.Concurrent;
using System.Globalization;

namespace Connectify.Tests.Scenarios;

/// <summary>Milliseconds since 1970, by the clock that PostgreSQL on this machine uses too.</summary>
internal static class Clock
{
    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}

/// <summary>Counts what happens in a run.</summary>
internal sealed class RunCounters
{
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private long _deliveries;

    public void Count(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    public void Delivered() => Interlocked.Increment(ref _deliveries);

    public void Resumed(bool isResumed) => Count(isResumed ? "resumes" : "fetches");

    public void Closed(int code) => Count(string.Create(CultureInfo.InvariantCulture, $"close {code}"));

    public void Done(Known known) => Count(known switch
    {
        Known.Done => "acknowledged",
        Known.Refused => "refused",
        _ => "unanswered",
    });

    public int this[string what] => _counts.GetValueOrDefault(what);

    public override string ToString()
        => $"{this["sends"]} sends ({this["acknowledged"]} acknowledged, {this["refused"]} refused, {this["unanswered"]} unanswered), "
            + $"{this["changes"]} edits, deletions and reactions, {Volatile.Read(ref _deliveries)} deliveries, {this["resumes"]} resumes, {this["fetches"]} fetches; "
            + $"connections ended: {string.Join(", ", _counts.Where(count => count.Key.StartsWith("close ", StringComparison.Ordinal)).OrderBy(count => count.Key).Select(count => $"{count.Key[6..]} × {count.Value}"))}";
}
