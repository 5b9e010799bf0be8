using System.IO.Pipelines;

namespace Connectify.Protocol;

/// <summary>Limits of plain sockets, and what their owner does with frames. Shared: an idle socket is to be small.</summary>
public sealed record RawConnectionOptions
{
    /// <summary>The name of the hub protocol to speak: <see cref="FrameProtocol.Name"/>.</summary>
    public required string Protocol { get; init; }

    /// <summary>The longest message accepted, in bytes; a longer one closes with 1009.</summary>
    public required int MaxFrameBytes { get; init; }

    /// <summary>The most bytes that wait for the client.</summary>
    public required int MaxQueuedBytes { get; init; }

    /// <summary>How long a close waits for the other side.</summary>
    public TimeSpan CloseGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Sees each message before the hub does; false: it is dealt with already.</summary>
    public required Func<RawConnection, ReadOnlyMemory<byte>, bool> Admit { get; init; }

    /// <summary>Called when more waits for the client than may.</summary>
    public required Action<RawConnection> TooSlow { get; init; }

    // What is received waits here while the hub is busy; past twice a frame the client waits too. The hub
    // begins on the thread that received: its methods wait for nothing but asynchronously.
    internal PipeOptions Input => field ??= new PipeOptions(
        readerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 2 * MaxFrameBytes,
        resumeWriterThreshold: MaxFrameBytes,
        useSynchronizationContext: false);
}
