using System.Buffers;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime;

/// <summary>SignalR's records of several invocations as they go over the wire, one behind the other.</summary>
/// <param name="bytes">Whole records, each with its end; they must not change.</param>
internal sealed class Records(ReadOnlyMemory<byte> bytes) : HubMessage
{
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>In one piece: what is spread over a pipe's segments goes to a WebSocket segment by segment, a system call each.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        bytes.Span.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }
}
