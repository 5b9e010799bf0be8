using System.Buffers;
using System.IO.Pipelines;

namespace Connectify.Protocol;

/// <summary>A connection's output as SignalR sees it. Nobody is ever made to wait: the <see cref="FrameQueue"/> behind it bounds what gathers.</summary>
/// <param name="send">Takes what has been written when it is flushed; the bytes are valid only within the call.</param>
public sealed class SocketOutput(Action<ReadOnlySpan<byte>> send) : PipeWriter
{
    // What is larger isn't kept for the next: an idle socket is to be small.
    private const int MaxKept = 1024;

    private ArrayBufferWriter<byte>? _unflushed;

    /// <summary>Sends what is written and not yet flushed.</summary>
    public void Flush()
    {
        if (_unflushed is not { WrittenCount: > 0 } written) return;
        send(written.WrittenSpan);
        if (written.Capacity > MaxKept) _unflushed = null;
        else written.ResetWrittenCount();
    }

    /// <inheritdoc />
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (!source.IsEmpty) send(source.Span);
        return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: false));
    }

    /// <inheritdoc />
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Flush();
        return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: false));
    }

    /// <inheritdoc />
    public override Memory<byte> GetMemory(int sizeHint = 0) => (_unflushed ??= new()).GetMemory(sizeHint);

    /// <inheritdoc />
    public override Span<byte> GetSpan(int sizeHint = 0) => (_unflushed ??= new()).GetSpan(sizeHint);

    /// <inheritdoc />
    public override void Advance(int bytes) => _unflushed!.Advance(bytes);

    /// <inheritdoc />
    public override void CancelPendingFlush()
    {
    }

    /// <inheritdoc />
    public override void Complete(Exception? exception = null)
    {
    }
}
