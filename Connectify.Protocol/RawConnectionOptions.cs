namespace Connectify.Protocol;

/// <summary>Limits of plain sockets, and what their owner does with frames. A message longer than <see cref="SocketOptions.MaxFrameBytes"/> closes with 1009.</summary>
public sealed record RawConnectionOptions : SocketOptions
{
    /// <summary>The name of the hub protocol to speak: <see cref="FrameProtocol.Name"/>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Sees each message before the hub does; false: it is dealt with already.</summary>
    public required Func<RawConnection, ReadOnlyMemory<byte>, bool> Admit { get; init; }
}
