namespace Connectify.Protocol;

/// <summary>
/// One round of fan-out. The queues that get something to write while it is open on this thread begin
/// when it ends, a handful per work item: cheaper than one work item each, and what a queue gets during
/// the round goes into one write.
/// </summary>
public readonly ref struct WriteRound : IDisposable
{
    // Few enough to spread a large group over all cores.
    private const int QueuesPerItem = 32;

    [ThreadStatic]
    private static List<FrameQueue>? _current;

    private readonly List<FrameQueue>? _queues;

    private WriteRound(List<FrameQueue> queues) => _current = _queues = queues;

    /// <summary>Opens a round; within another it is part of that one.</summary>
    public static WriteRound Begin() => _current is null ? new WriteRound([]) : default;

    /// <summary>Starts the writing.</summary>
    public void Dispose()
    {
        if (_queues is null) return;
        _current = null;
        for (var first = 0; first < _queues.Count; first += QueuesPerItem)
        {
            var some = _queues.GetRange(first, Math.Min(QueuesPerItem, _queues.Count - first));
            ThreadPool.UnsafeQueueUserWorkItem(static queues => queues.ForEach(queue => queue.Write()), some, preferLocal: false);
        }
    }

    /// <summary>Has a queue write soon: after the round that is open, if one is.</summary>
    internal static void Schedule(FrameQueue queue)
    {
        if (_current is { } round) round.Add(queue);
        else ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Write(), queue, preferLocal: false);
    }
}
