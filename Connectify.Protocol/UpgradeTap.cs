using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Connectify.Protocol;

/// <summary>
/// Keeps hold of the stream under an upgraded request. The framework's WebSocket goes on reading from
/// it; frames that are ready-made are written to it directly, and the few that the WebSocket writes by
/// itself (pongs, closes after a violation) join the same queue, so that frames never interleave.
/// </summary>
public sealed class UpgradeTap : IHttpUpgradeFeature
{
    private readonly IHttpUpgradeFeature _inner;

    private UpgradeTap(IHttpUpgradeFeature inner) => _inner = inner;

    /// <summary>The stream, once the request is upgraded.</summary>
    internal TapStream? Stream { get; private set; }

    /// <inheritdoc />
    public bool IsUpgradableRequest => _inner.IsUpgradableRequest;

    /// <inheritdoc />
    public async Task<Stream> UpgradeAsync() => Stream = new TapStream(await _inner.UpgradeAsync());

    /// <summary>Taps the upgrades under <paramref name="prefix"/>; to be called before <c>UseWebSockets</c>, which looks once.</summary>
    public static void Use(IApplicationBuilder app, PathString prefix) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(prefix)
            && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            context.Features.Set<IHttpUpgradeFeature>(new UpgradeTap(upgrade));
        }

        return next(context);
    });
}

/// <summary>An upgraded stream whose writer is a <see cref="FrameQueue"/>, and which notes when bytes arrive.</summary>
internal sealed class TapStream(Stream inner) : Stream
{
    private long _lastHeard = Environment.TickCount64;

    /// <summary>Takes over what the WebSocket object writes.</summary>
    public FrameQueue? Queue { get; set; }

    public Stream Inner => inner;

    /// <summary>When bytes last arrived, in <see cref="Environment.TickCount64"/>'s milliseconds.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Volatile.Write(ref _lastHeard, Environment.TickCount64);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Queue is null) return inner.WriteAsync(buffer, cancellationToken);

        // Copied: the WebSocket object uses its buffer again.
        if (buffer.Span[0] == FrameWriter.CloseFrame) Queue.EnqueueLast(buffer.ToArray());
        else Queue.Enqueue(buffer.ToArray());
        return default;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken)
        => Queue is null ? inner.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
