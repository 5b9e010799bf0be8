using System.Net.Sockets;

namespace Connectify.Benchmarks.Load;

/// <summary>One connection of the load client.</summary>
internal abstract class Peer : IDisposable
{
    private readonly Socket _socket;
    private byte[] _rest = [];
    private byte[] _unsent = [];

    protected Peer(Socket socket) => _socket = socket;

    public int Handle => (int)_socket.Handle;

    /// <summary>Whether the server ended it, and with which words.</summary>
    public string? Ended { get; set; }

    /// <summary>The begin of what has not come whole yet.</summary>
    public Memory<byte> Rest { get; private set; }

    public Memory<byte> Unsent { get; private set; }

    /// <summary>Takes what is whole of <paramref name="data"/>.</summary>
    /// <returns>How many bytes were taken.</returns>
    public abstract int Take(Span<byte> data, long now);

    public void KeepRest(ReadOnlySpan<byte> rest) => Rest = Keep(ref _rest, rest);

    public void KeepUnsent(ReadOnlySpan<byte> rest) => Unsent = Keep(ref _unsent, rest);

    public void Dispose()
    {
        // A reset, not a farewell: ten thousand sockets in TIME_WAIT would use up the ports.
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    private static Memory<byte> Keep(ref byte[] kept, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return default;
        if (kept.Length < bytes.Length) kept = new byte[bytes.Length * 2];
        bytes.CopyTo(kept);
        return kept.AsMemory(0, bytes.Length);
    }
}
