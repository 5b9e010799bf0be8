using System.Buffers;

namespace Connectify.Protocol;

/// <summary>
/// The frames on their way to one client. Nobody who adds a frame ever waits: frames go in by
/// reference, and one drain at a time writes them, as many as fit into one write. What a client that
/// doesn't read leaves behind is bounded in bytes; past that it counts as too slow.
/// </summary>
public sealed class FrameQueue
{
    private const int MaxBytesPerWrite = 64 * 1024;

    // What a frame costs in memory besides its bytes; without it, millions of tiny ones would count as little.
    private const int BytesPerFrame = 64;

    private readonly Lock _gate = new();
    private readonly Queue<ReadOnlyMemory<byte>> _frames = new();
    private readonly Func<ReadOnlyMemory<byte>, ValueTask> _write;
    private readonly int _maxBytes;
    private readonly Action<Exception?> _failed;
    private int _bytes;
    private bool _draining;
    private bool _closed;
    private bool _hasLast;
    private bool _isHeld;
    private long _blockedSince;
    private TaskCompletionSource? _drained;

    /// <param name="write">Writes whole frames; completes when the transport has taken them.</param>
    /// <param name="maxBytes">The most bytes that may wait.</param>
    /// <param name="failed">Called once: with null when the client is too slow, else with what the write threw.</param>
    public FrameQueue(Func<ReadOnlyMemory<byte>, ValueTask> write, int maxBytes, Action<Exception?> failed)
    {
        _write = write;
        _maxBytes = maxBytes;
        _failed = failed;
    }

    /// <summary>Bytes accepted and not yet written.</summary>
    public int QueuedBytes => Volatile.Read(ref _bytes);

    /// <summary>How long the write under way has been blocked; zero when none is.</summary>
    public TimeSpan BlockedFor => Volatile.Read(ref _blockedSince) is > 0 and var since
        ? TimeSpan.FromMilliseconds(Environment.TickCount64 - since)
        : TimeSpan.Zero;

    /// <summary>Adds complete frames; never waits. Does nothing once the queue is closed.</summary>
    /// <param name="frame">One frame or several, which stay together; not copied, so they must not change.</param>
    public void Enqueue(ReadOnlyMemory<byte> frame)
    {
        bool tooSlow;
        lock (_gate)
        {
            if (_closed) return;
            tooSlow = _bytes > 0 && _bytes + frame.Length + ((long)_frames.Count * BytesPerFrame) > _maxBytes;
            if (tooSlow) _closed = true;
            else Add(frame);
        }

        if (tooSlow) _failed(null);
    }

    /// <summary>Keeps frames back until <see cref="ResumeWith"/>: something else has to come first of all.</summary>
    public void Pause()
    {
        lock (_gate) _isHeld = true;
    }

    /// <summary>Sends <paramref name="first"/>, then what was kept back.</summary>
    public void ResumeWith(ReadOnlyMemory<byte> first)
    {
        lock (_gate)
        {
            if (_closed) return;
            var kept = _frames.ToArray();
            Drop();
            _isHeld = false;
            Add(first);
            foreach (var frame in kept) Add(frame);
        }
    }

    /// <summary>Adds the last frame: nothing may follow a close frame.</summary>
    /// <param name="frame">A close frame.</param>
    /// <param name="discardPending">Whether it takes the place of everything not yet being written.</param>
    public void EnqueueClose(ReadOnlyMemory<byte> frame, bool discardPending = false)
    {
        lock (_gate)
        {
            if (_hasLast) return;

            // A queue that overflowed has nothing left to lose; one that was never opened, nothing to say.
            if (discardPending || _closed || _isHeld) Drop();
            (_hasLast, _closed, _isHeld) = (true, true, false);
            Add(frame);
        }
    }

    /// <summary>Accepts nothing more and forgets what waits.</summary>
    public void Close()
    {
        lock (_gate)
        {
            (_hasLast, _closed) = (true, true);
            Drop();
        }
    }

    /// <summary>Completes when nothing waits any more.</summary>
    public Task WhenDrained()
    {
        lock (_gate)
        {
            if (!_draining) return Task.CompletedTask;
            return (_drained ??= NewSignal()).Task;
        }
    }

    /// <summary>Writes what waits; called once each time <see cref="DeferredFlush.Schedule"/> was asked to.</summary>
    internal void Write() => _ = Drain();

    private void Add(ReadOnlyMemory<byte> frame)
    {
        _frames.Enqueue(frame);
        _bytes += frame.Length;
        if (_draining || _isHeld) return;
        _draining = true;
        DeferredFlush.Schedule(this);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Drop()
    {
        foreach (var frame in _frames) _bytes -= frame.Length;
        _frames.Clear();
    }

    private async Task Drain()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBytesPerWrite);
        try
        {
            while (Next(buffer) is { IsEmpty: false } frames)
            {
                await Write(frames);
                lock (_gate) _bytes -= frames.Length;
            }
        }
        catch (Exception e)
        {
            // Whatever a write throws means that this socket is gone, and only this one.
            Close();
            lock (_gate) (_drained ??= NewSignal()).TrySetResult();
            _failed(e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>As many whole frames as fit into <paramref name="buffer"/>, at least one; empty when none waits.</summary>
    private ReadOnlyMemory<byte> Next(byte[] buffer)
    {
        lock (_gate)
        {
            if (!_frames.TryDequeue(out var first))
            {
                _draining = false;
                _drained?.TrySetResult();
                _drained = null;
                return default;
            }

            if (!_frames.TryPeek(out var next) || first.Length + next.Length > buffer.Length) return first;
            first.CopyTo(buffer);
            var length = first.Length;
            while (_frames.TryPeek(out next) && length + next.Length <= buffer.Length)
            {
                next.CopyTo(buffer.AsMemory(length));
                length += next.Length;
                _frames.Dequeue();
            }

            return buffer.AsMemory(0, length);
        }
    }

    private async ValueTask Write(ReadOnlyMemory<byte> frames)
    {
        var write = _write(frames);
        if (write.IsCompletedSuccessfully) return;
        Volatile.Write(ref _blockedSince, Environment.TickCount64);
        try
        {
            await write;
        }
        finally
        {
            Volatile.Write(ref _blockedSince, 0);
        }
    }
}
