using System.IO.Pipelines;

namespace Connectify.Protocol;

/// <summary>Limits of sockets. Shared: an idle socket is to be small.</summary>
public record SocketOptions
{
    /// <summary>The longest frame for the hub, in bytes; for each connection, twice as much may wait for it.</summary>
    public required int MaxFrameBytes { get; init; }

    /// <summary>The most bytes that wait for the client.</summary>
    public required int MaxQueuedBytes { get; init; }

    /// <summary>How long a close waits for the other side.</summary>
    public TimeSpan CloseGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Called when more waits for the client than may.</summary>
    public required Action<SocketConnection> TooSlow { get; init; }

    /// <summary>
    /// Asked after each message, and after some frames that are none (pings, tiny fragments: the number says how many): how
    /// long nothing more is to be read, of a client that sends too much.
    /// </summary>
    public required Func<SocketConnection, int, TimeSpan> Pause { get; init; }

    // What is received waits here while the hub is busy; past twice a frame the client waits too. The hub
    // begins on the thread that received: its methods wait for nothing but asynchronously.
    internal PipeOptions Input => field ??= new PipeOptions(
        readerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 2 * MaxFrameBytes,
        resumeWriterThreshold: MaxFrameBytes,
        useSynchronizationContext: false);
}
