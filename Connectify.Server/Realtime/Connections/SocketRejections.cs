using Connectify.Protocol;

namespace Connectify.Server.Realtime.Connections;

/// <summary>A no on a socket.</summary>
internal static class SocketRejections
{
    public static Rejection RateLimited(TimeSpan retryAfter)
        => new(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many frames, please slow down") { RetryAfter = retryAfter };

    /// <summary>The <c>error</c> frame that says it.</summary>
    public static byte[] Frame(Rejection rejection, string? clientMessageId = null)
        => FrameProtocol.Error(
            new FrameProblem(rejection.Code, rejection.Detail, clientMessageId),
            rejection.RetryAfter is { } wait ? (long)Math.Ceiling(wait.TotalMilliseconds) : null);
}
