using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Connectify.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime.Hub;

/// <summary>
/// Another protocol's messages as WebSocket frames, each encoded once for all whose sockets are written directly. SignalR
/// itself speaks the other one to them.
/// </summary>
internal sealed class FramedProtocol(IHubProtocol inner) : IHubProtocol
{
    // By it, encoded messages are kept apart from the other's.
    public string Name { get; } = inner.Name + "-framed";

    public int Version => inner.Version;

    public TransferFormat TransferFormat => inner.TransferFormat;

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => FrameWriter.Text(inner.GetMessageBytes(message).Span);

    public bool IsVersionSupported(int version) => throw new NotSupportedException();

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
        => throw new NotSupportedException();

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => throw new NotSupportedException();
}
