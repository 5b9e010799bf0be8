using System.Security.Claims;
using Connectify.Protocol;
using Connectify.Server.Hosting;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

namespace Connectify.Server.Realtime;

/// <summary>
/// The hub's WebSockets, which are served as plain sockets are; its other transports stay ASP.NET Core's. An id from
/// negotiation isn't looked at: it needn't have been this node's.
/// </summary>
internal sealed class HubSockets(HubConnectionHandler<ChatHub> hub, SocketFrames frames, SocketsSettings settings)
{
    private readonly SocketOptions _options = new()
    {
        MaxFrameBytes = settings.MaxFrameBytes,
        MaxQueuedBytes = settings.MaxQueuedBytes,
        TooSlow = frames.TooSlow,
    };

    /// <summary>Takes the WebSockets of an endpoint of the hub; authorization comes before.</summary>
    public void TakeOver(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<NegotiateMetadata>().Any() || endpoint.RequestDelegate is not { } others) return;
        endpoint.RequestDelegate = context => Handshake.IsAsked(context) ? Serve(context) : others(context);
    }

    // Nothing of the request is kept: the socket outlives it.
    private Task Serve(HttpContext context)
    {
        var (user, address) = (context.User, new ReachedAt(PublicUrls.Base(context.Request)));
        return Handshake.Serve(context, transport => Run(transport, user, address));
    }

    private Task Run(FrameTransport transport, ClaimsPrincipal user, ReachedAt address)
    {
        var connection = new HubSocketConnection(transport, user, _options);
        connection.Features.Set(address);
        return connection.Run(hub);
    }
}
