using System.Globalization;
using System.Security.Claims;
using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Hub;
using Microsoft.AspNetCore.SignalR;

namespace Connectify.Server.Realtime.Endpoints;

/// <summary>
/// The documented WebSocket URLs. The upgrade is accepted before anything is refused, so that a browser
/// sees the close code; only repeated attempts are refused by HTTP.
/// </summary>
/// <remarks>Reached without the middleware of REST: an idle socket would keep all of it.</remarks>
internal sealed class RawSocketEndpoint(
    HubConnectionHandler<ChatHub> hub,
    AccessTokens tokens,
    RateLimits limits,
    HandshakeThrottle throttle,
    InboundFrameFilter filter,
    SecurityLog security,
    SocketsSettings settings)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly RawConnectionOptions _nested = Options(isFlat: false, filter, settings);
    private readonly RawConnectionOptions _flat = Options(isFlat: true, filter, settings);

    /// <param name="context">The request.</param>
    /// <param name="kind">The kind of chat in the URL; null: the socket for all chats.</param>
    /// <param name="id">What stands in the chat's place; anything may.</param>
    public async Task Serve(HttpContext context, ChatKind? kind, string? id)
    {
        if (!Handshake.IsAsked(context))
        {
            await UpgradeRequired.Write(context.Response);
            return;
        }

        var token = BearerScheme.TokenIn(context.Request);
        Caller? caller;
        try
        {
            caller = token is null ? null : await tokens.Authenticate(token, context.RequestAborted);
        }
        catch (Exception e) when (e.IsDatabaseUnavailable())
        {
            await Rejected.Write(context.Response, Rejection.DatabaseUnavailable);
            return;
        }

        if (token is not null && caller is null) security.Count(SecurityEvents.TokenRefused, RemoteClient.AddressOf(context));
        var attempt = new ConnectAttempt(context);
        if (WhyNotUpgrade(caller, attempt) is { } rejection)
        {
            if (token is not null && rejection.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = BearerScheme.InvalidToken;
            await Rejected.Write(context.Response, rejection);
            return;
        }

        await Handshake.Serve(context, Serving(context, kind, id, caller, attempt));
    }

    // Nothing of the request is kept: the socket outlives it.
    private Func<FrameTransport, Task> Serving(HttpContext context, ChatKind? kind, string? id, Caller? caller, ConnectAttempt attempt)
    {
        if (caller is not { IsActive: true }) return transport => Refuse(transport, attempt, CloseCodes.Unauthorized, "unauthorized");
        var query = context.Request.Query;
        var since = query.ContainsKey("since") ? Since(query["since"].ToString()) : (long?)null;
        ChatRef? chat = kind is null || Id(id) is not { } number ? null : new ChatRef(kind.Value, number);
        if (kind is not null && chat is null) return transport => Refuse(transport, attempt, CloseCodes.AccessDenied, "access denied");
        var socket = new SocketBinding(chat, since, query["format"] == "flat", attempt);
        var address = new RequestBaseUrl(PublicUrls.Base(context.Request));
        return transport => Run(transport, caller, socket, address);
    }

    private static long? Id(string? text)
        => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private Rejection? WhyNotUpgrade(Caller? caller, ConnectAttempt attempt)
        => caller is not null && limits.Request(caller.Username) is { } rejection ? rejection : throttle.WhyNot(attempt);

    private Task Run(FrameTransport transport, Caller caller, SocketBinding socket, RequestBaseUrl address)
    {
        var connection = new RawConnection(transport, new ClaimsPrincipal(new CallerIdentity(caller)), socket.IsFlat ? _flat : _nested);
        connection.Features.Set(socket);
        connection.Features.Set(address);
        return connection.Run(hub);
    }

    private static RawConnectionOptions Options(bool isFlat, InboundFrameFilter filter, SocketsSettings settings) => new()
    {
        Protocol = new FrameProtocol(isFlat).Name,
        MaxFrameBytes = settings.MaxFrameBytes,
        MaxQueuedBytes = settings.MaxQueuedBytes,
        Admit = filter.Admit,
        TooSlow = filter.TooSlow,
        Pause = filter.Pause,
    };

    // Garbage is no position: it is answered with resumed: false.
    private static long Since(string text)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var since) ? since : JoinFrame.NoSuchSeq;

    private async Task Refuse(FrameTransport transport, ConnectAttempt attempt, int code, string reason)
    {
        throttle.RecordFailure(attempt, code);
        await SocketConnection.Refuse(transport, code, reason, Timeout);
    }
}
