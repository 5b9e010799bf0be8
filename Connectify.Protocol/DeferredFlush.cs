using System.Buffers;
using System.Runtime.InteropServices;

namespace Connectify.Protocol;

/// <summary>
/// One round of fan-out. The queues that get something to write while it is open on this thread begin
/// when it ends, a handful per work item: cheaper than one work item each, and what a queue gets during
/// the round goes into one write.
/// </summary>
public readonly ref struct DeferredFlush : IDisposable
{
    // Few enough to spread a large group over all cores.
    private const int QueuesPerItem = 32;

    // Beyond it, a round's list isn't kept for the thread's next.
    private const int MaxKept = 16_384;

    [ThreadStatic]
    private static List<FrameQueue>? _current;

    [ThreadStatic]
    private static List<FrameQueue>? _spare;

    private readonly List<FrameQueue>? _queues;

    private DeferredFlush(List<FrameQueue> queues) => (_queues, _current, _spare) = (queues, queues, null);

    /// <summary>Opens a round; within another it is part of that one.</summary>
    public static DeferredFlush Begin() => _current is null ? new DeferredFlush(_spare ?? []) : default;

    /// <summary>Starts the writing.</summary>
    public void Dispose()
    {
        if (_queues is null) return;
        _current = null;
        var rest = CollectionsMarshal.AsSpan(_queues);
        while (!rest.IsEmpty)
        {
            var some = rest[..Math.Min(QueuesPerItem, rest.Length)];
            Start(some);
            rest = rest[some.Length..];
        }

        _queues.Clear();
        if (_queues.Capacity <= MaxKept) _spare = _queues;
    }

    /// <summary>Has a queue write soon: after the round that is open, if one is.</summary>
    internal static void Schedule(FrameQueue queue)
    {
        if (_current is { } round) round.Add(queue);
        else ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Write(), queue, preferLocal: false);
    }

    private static void Start(ReadOnlySpan<FrameQueue> queues)
    {
        var some = ArrayPool<FrameQueue>.Shared.Rent(QueuesPerItem);
        queues.CopyTo(some);
        ThreadPool.UnsafeQueueUserWorkItem(static item => Write(item.some, item.Length), (some, queues.Length), preferLocal: false);
    }

    private static void Write(FrameQueue[] queues, int count)
    {
        for (var i = 0; i < count; i++) queues[i].Write();
        ArrayPool<FrameQueue>.Shared.Return(queues, clearArray: true);
    }
}
