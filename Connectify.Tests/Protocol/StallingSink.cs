namespace Connectify.Tests.Protocol;

/// <summary>Keeps what is written, and holds a write back for as long as a test wants.</summary>
internal sealed class StallingSink
{
    private readonly Lock _gate = new();
    private readonly List<byte[]> _writes = [];
    private TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _stall = Task.CompletedTask;

    public IReadOnlyList<byte[]> Writes
    {
        get
        {
            lock (_gate) return [.. _writes];
        }
    }

    /// <summary>All bytes written, in order.</summary>
    public byte[] Written => [.. Writes.SelectMany(write => write)];

    /// <summary>Makes writes wait for <paramref name="end"/>; an exception in it fails them.</summary>
    public void Stall(Task end)
    {
        lock (_gate) (_stall, _begun) = (end, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    /// <summary>Completes when a write has begun since <see cref="Stall"/>.</summary>
    public Task Begun()
    {
        lock (_gate) return _begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask Write(ReadOnlyMemory<byte> frames)
    {
        Task stall;
        lock (_gate)
        {
            // Copied: a queue that writes several frames at once uses its buffer again.
            _writes.Add(frames.ToArray());
            stall = _stall;
            _begun.TrySetResult();
        }

        await stall;
    }
}
