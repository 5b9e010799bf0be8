using System.Security.Claims;
using Connectify.Protocol;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Hub;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Connectify.Server.Realtime.Endpoints;

/// <summary>
/// The hub's WebSockets, which are served as plain sockets are; its other transports stay ASP.NET Core's. An id from
/// negotiation isn't looked at: it needn't have been this node's.
/// </summary>
internal sealed class HubWebSocketEndpoint(
    HubConnectionHandler<ChatHub> hub,
    IOptions<HubOptions<ChatHub>> limits,
    ConnectionStore connections,
    InboundFrameFilter filter,
    SocketsSettings settings,
    IHostApplicationLifetime lifetime)
{
    private readonly int _maxRecordBytes = (int)(limits.Value.MaximumReceiveMessageSize ?? int.MaxValue);
    private readonly SocketOptions _options = new()
    {
        MaxFrameBytes = settings.MaxFrameBytes,
        MaxQueuedBytes = settings.MaxQueuedBytes,
        TooSlow = filter.TooSlow,
        Pause = filter.Pause,
    };

    /// <summary>Takes the WebSockets of an endpoint of the hub; authorization comes before.</summary>
    public void TakeOver(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<NegotiateMetadata>().Any() || endpoint.RequestDelegate is not { } others) return;

        // ASP.NET Core accepts some handshakes that RFC 6455 forbids, so none of them reaches it.
        endpoint.RequestDelegate = context => Handshake.IsAsked(context) ? Serve(context)
            : Handshake.IsMeant(context) ? UpgradeRequired.Write(context.Response)
            : others(context);
    }

    // Nothing of the request is kept: the socket outlives it.
    private Task Serve(HttpContext context)
    {
        var (user, address) = (context.User, new RequestBaseUrl(PublicUrls.Base(context.Request)));
        return Handshake.Serve(context, transport => Run(transport, user, address));
    }

    private async Task Run(FrameTransport transport, ClaimsPrincipal user, RequestBaseUrl address)
    {
        var connection = new HubSocketConnection(transport, user, _options, _maxRecordBytes);
        connection.Features.Set(address);

        // A connection before SignalR's handshake is not in the store yet; afterwards the drain closes it.
        await using var stopping = lifetime.ApplicationStopping.Register(() => CloseUnlessKnown(connection));
        await connection.Run(hub);
    }

    private void CloseUnlessKnown(HubSocketConnection connection)
    {
        if (!connections.TryGet(connection.ConnectionId, out _)) connection.Close(CloseCodes.GoingAway, "server shutting down");
    }
}
