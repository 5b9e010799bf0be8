using Connectify.Protocol;

namespace Connectify.Server.Realtime.Endpoints;

/// <summary>The answer at a WebSocket URL to a request that is no valid handshake (RFC 6455, section 4.2).</summary>
internal static class UpgradeRequired
{
    private static readonly Rejection Rejection = new(StatusCodes.Status426UpgradeRequired, "upgrade_required", "This is a WebSocket URL");

    public static Task Write(HttpResponse response)
    {
        Handshake.DescribeIn(response);
        return Rejected.Write(response, Rejection);
    }
}
