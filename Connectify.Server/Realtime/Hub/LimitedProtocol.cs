using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Connectify.Protocol;
using Connectify.Server.Realtime.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime.Hub;

/// <summary>
/// The protocol of one SignalR connection under its frame limit: each message counts, whatever it is (calls of methods that
/// there are or aren't, with fitting arguments or not, pings), on every transport.
/// </summary>
/// <remarks>Here and not in a hub filter, which sees calls alone that SignalR could bind.</remarks>
internal sealed class LimitedProtocol(IHubProtocol inner, ClientConnection client) : IHubProtocol
{
    public string Name => inner.Name;

    public int Version => inner.Version;

    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        while (inner.TryParseMessage(ref input, binder, out message))
        {
            if (client.Limit.TryAcquire(out var retryAfter, out var isFlooding)) return true;
            if (isFlooding) client.Close(CloseCodes.PolicyViolation, "flooding");

            // What waits for no answer is dropped.
            message = Refusal(message, retryAfter);
            if (message is not null) return true;
        }

        return false;
    }

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => inner.GetMessageBytes(message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => inner.WriteMessage(message, output);

    private static InvocationBindingFailureMessage? Refusal(HubMessage refused, TimeSpan retryAfter)
    {
        var (id, target) = refused switch
        {
            HubMethodInvocationMessage call => (call.InvocationId, call.Target),
            InvocationBindingFailureMessage call => (call.InvocationId, call.Target),
            _ => (null, ""),
        };
        var reason = new HubException(RejectionText.Of(SocketRejections.RateLimited(retryAfter)));
        return string.IsNullOrEmpty(id) ? null : new InvocationBindingFailureMessage(id, target, ExceptionDispatchInfo.Capture(reason));
    }
}
