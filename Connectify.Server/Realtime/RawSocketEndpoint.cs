using System.Globalization;
using System.Security.Claims;
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
/// <remarks>Reached without the middleware of REST: an idle socket would keep all of it.</remarks>
internal sealed class RawSocketEndpoint(
    HubConnectionHandler<ChatHub> hub,
    AccessTokens tokens,
    RateLimits limits,
    Refusals refusals,
    SocketFrames frames,
    SocketsSettings settings)
{
    private static readonly Rejection UpgradeRequired = new(StatusCodes.Status426UpgradeRequired, "upgrade_required", "This is a WebSocket URL");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="context">The request.</param>
    /// <param name="kind">The kind of chat in the URL; null: the socket for all chats.</param>
    /// <param name="id">What stands in the chat's place; anything may.</param>
    public async Task Serve(HttpContext context, ChatKind? kind, string? id)
    {
        Caller? caller;
        try
        {
            caller = Bearer.TokenIn(context.Request) is { } token ? await tokens.Authenticate(token, context.RequestAborted) : null;
        }
        catch (Exception e) when (e.MeansDatabaseAway())
        {
            await Rejected.Write(context.Response, Rejection.DatabaseAway);
            return;
        }

        if (WhyNotUpgrade(context, caller) is { } rejection)
        {
            await Rejected.Write(context.Response, rejection);
            return;
        }

        var stream = await Handshake.Accept(context);
        if (caller is not { IsActive: true }) await Refuse(context, stream, CloseCodes.Unauthorized, "unauthorized");
        else if (kind is null) await Run(context, stream, caller, null);
        else if (Id(id) is { } number) await Run(context, stream, caller, new ChatRef(kind.Value, number));
        else await Refuse(context, stream, CloseCodes.AccessDenied, "access denied");
    }

    private static long? Id(string? text)
        => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private Rejection? WhyNotUpgrade(HttpContext context, Caller? caller)
    {
        if (caller is not null && limits.Request(caller) is { } rejection) return rejection;
        return Handshake.IsAsked(context) ? refusals.WhyNotAgain(context) : UpgradeRequired;
    }

    private async Task Run(HttpContext context, Stream stream, Caller caller, ChatRef? chat)
    {
        var query = context.Request.Query;
        var isFlat = query["format"] == "flat";
        var since = query.ContainsKey("since") ? Since(query["since"].ToString()) : (long?)null;
        context.User = new ClaimsPrincipal(new CallerIdentity(caller));
        var connection = new RawConnection(context, stream, new RawConnectionOptions
        {
            Protocol = new FrameProtocol(isFlat).Name,
            MaxFrameBytes = settings.MaxFrameBytes,
            MaxQueuedBytes = settings.MaxQueuedBytes,
            Admit = (raw, message) => frames.Admit(raw, caller, message),
            TooSlow = frames.TooSlow,
        });
        connection.Features.Set(new RawSocket(
            chat,
            since,
            isFlat,
            Refused: () => refusals.Note(context, CloseCodes.AccessDenied),

            // An idle socket keeps its request; the token in its query isn't needed any more.
            Welcomed: () => context.Request.Query = QueryCollection.Empty));
        await connection.Run(hub);
    }

    // Garbage is no position: it is answered with resumed: false.
    private static long Since(string text)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var since) ? since : JoinFrame.NoSuchSeq;

    private async Task Refuse(HttpContext context, Stream stream, int code, string reason)
    {
        refusals.Note(context, code);
        await RawConnection.Refuse(stream, code, reason, Patience);
    }
}
