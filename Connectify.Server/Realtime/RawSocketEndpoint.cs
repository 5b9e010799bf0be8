using System.Net.WebSockets;
using Connectify.Protocol;
using Connectify.Server.Accounts;
using Connectify.Server.Chats;
using Connectify.Server.Hosting;
using Microsoft.AspNetCore.SignalR;

namespace Connectify.Server.Realtime;

/// <summary>
/// The documented WebSocket URLs. The upgrade is accepted before anything is refused, so that a browser
/// sees the close code; only who keeps knocking is refused by HTTP.
/// </summary>
internal sealed class RawSocketEndpoint(
    HubConnectionHandler<ChatHub> hub,
    Refusals refusals,
    SocketFrames frames,
    SocketsSettings settings)
{
    private static readonly Rejection UpgradeRequired = new(StatusCodes.Status426UpgradeRequired, "upgrade_required", "This is a WebSocket URL");

    /// <param name="context">The request.</param>
    /// <param name="kind">The kind of chat in the URL; null: the socket for all chats.</param>
    /// <param name="id">What stands in the chat's place; anything may.</param>
    public async Task Serve(HttpContext context, ChatKind? kind, string? id)
    {
        if (WhyNotUpgrade(context) is { } rejection)
        {
            await Rejected.Write(context.Response, rejection);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            // Our own pings find dead peers.
            KeepAliveInterval = TimeSpan.Zero,
        });
        if (context.Features.Get<Caller>() is not { IsActive: true } caller)
        {
            refusals.Note(context, CloseCodes.Unauthorized);
            await Refuse(socket, CloseCodes.Unauthorized, "unauthorized");
            return;
        }

        if (kind is not null && !(long.TryParse(id, out var number) && number > 0))
        {
            refusals.Note(context, CloseCodes.AccessDenied);
            await Refuse(socket, CloseCodes.AccessDenied, "access denied");
            return;
        }

        await Run(context, caller, kind is null ? null : new ChatRef(kind.Value, long.Parse(id!, System.Globalization.CultureInfo.InvariantCulture)));
    }

    private Rejection? WhyNotUpgrade(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest) return UpgradeRequired;
        return refusals.WhyNotAgain(context);
    }

    private async Task Run(HttpContext context, Caller caller, ChatRef? chat)
    {
        var isFlat = context.Request.Query["format"] == "flat";
        var since = context.Request.Query.ContainsKey("since") ? Since(context.Request.Query["since"].ToString()) : (long?)null;
        var connection = new RawConnection(context, context.Features.Get<UpgradeTap>()!.Stream!, new RawConnectionOptions
        {
            Protocol = new FrameProtocol(isFlat).Name,
            MaxFrameBytes = settings.MaxFrameBytes,
            MaxQueuedBytes = settings.MaxQueuedBytes,
            Admit = (raw, message) => frames.Admit(raw, caller, message),
            TooSlow = frames.TooSlow,
        });
        connection.Features.Set(new RawSocket(chat, since, isFlat, () => refusals.Note(context, CloseCodes.AccessDenied)));
        await connection.Run(hub);
    }

    // Garbage is no position: it is answered with resumed: false.
    private static long Since(string text)
        => long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var since)
            ? since
            : JoinFrame.NoSuchSeq;

    private static async Task Refuse(WebSocket socket, int code, string reason)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await socket.CloseAsync((WebSocketCloseStatus)code, reason, patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // It didn't wait for the answer.
        }
    }
}
