using System.IO.Pipelines;

namespace Connectify.Protocol;

/// <summary>What a socket's frames travel on, once hands are shaken.</summary>
/// <param name="input">What the client sends. Nobody else may read it.</param>
/// <param name="write">Writes complete frames; waits while the client takes none. One write at a time.</param>
/// <param name="abort">Ends the transport, whatever is under way; throws where it has ended long since.</param>
public sealed class FrameTransport(PipeReader input, Func<ReadOnlyMemory<byte>, ValueTask> write, Action abort)
{
    internal PipeReader Input => input;

    internal ValueTask Write(ReadOnlyMemory<byte> frames) => write(frames);

    internal void Abort() => abort();
}
