using System.Text.Json;
using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Hub;

namespace Connectify.Server.Realtime.Endpoints;

/// <summary>What is dealt with as a frame comes in, before the hub: the frame limit, and pings, which no slow query delays.</summary>
internal sealed class InboundFrameFilter(ConnectionStore connections, Metrics metrics, ILogger<InboundFrameFilter> log)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = FrameProtocol.MaxDepth };

    /// <returns>Whether the hub is to see the frame.</returns>
    public bool Admit(RawConnection raw, ReadOnlyMemory<byte> frame)
    {
        if (connections.TryGet(raw.ConnectionId, out var client) && !client.Limit.TryAcquire(out var retryAfter, out var isFlooding))
        {
            if (isFlooding) raw.Close(CloseCodes.PolicyViolation, "flooding");
            else raw.Queue.Enqueue(SocketRejections.Frame(SocketRejections.RateLimited(retryAfter), FrameProtocol.ClientMessageIdIn(frame)));
            return false;
        }

        if (!IsPing(frame)) return true;
        raw.Queue.Enqueue(FrameWriter.Text(Frames.Pong, JsonSerializer.SerializeToUtf8Bytes(PongReply.For(((CallerIdentity)raw.User!.Identity!).Caller), Json.Options)));
        return false;
    }

    /// <summary>How long nothing more is to be read from a client: it sends more than answers to it are worth.</summary>
    /// <param name="socket">Its socket.</param>
    /// <param name="otherFrames">Frames that were no messages and have not been counted: WebSocket pings, tiny fragments.</param>
    public TimeSpan Pause(SocketConnection socket, int otherFrames)
    {
        if (!connections.TryGet(socket.ConnectionId, out var client)) return otherFrames == 0 ? TimeSpan.Zero : FrameLimit.ReadPause;
        if (otherFrames == 0 || client.Limit.TryAcquire(out _, out var isFlooding, otherFrames)) return client.Limit.TakePause();
        if (isFlooding) client.Close(CloseCodes.PolicyViolation, "flooding");
        return FrameLimit.ReadPause;
    }

    /// <summary>Ends a client for which more waits than may: with 1013 where that can still be written.</summary>
    public void TooSlow(SocketConnection socket)
    {
        metrics.ConnectionAborted(Diagnostics.Metrics.QueueFull);
        if (connections.TryGet(socket.ConnectionId, out var client)) log.LogInformation("Cut a client of user {UserId} that reads too slowly", client.Caller.UserId);
        socket.Close(CloseCodes.TryAgainLater, "reads too slowly", discardPending: true);
    }

    private static bool IsPing(ReadOnlyMemory<byte> frame)
    {
        if (frame.Span.IndexOf("\"ping\""u8) < 0) return false;
        try
        {
            using var document = JsonDocument.Parse(frame, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("type", out var type)
                && type.ValueKind == JsonValueKind.String
                && type.ValueEquals(Frames.Ping);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON: the hub's protocol says so to the client.
            return false;
        }
    }
}
