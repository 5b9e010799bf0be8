using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Connectify.Protocol;

/// <summary>
/// How a request becomes a WebSocket: RFC 6455, section 4.2, over HTTP/1.1, and RFC 8441 over HTTP/2. What follows on
/// the stream is read and written by a <see cref="SocketConnection"/>.
/// </summary>
public static class Handshake
{
    private const string Protocol = "websocket";
    private const string Version = "13";
    private const int KeyBytes = 16;

    // RFC 6455, section 1.3.
    private static readonly byte[] Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8.ToArray();

    /// <summary>Whether a request asks for a WebSocket, in the one version there is.</summary>
    public static bool IsAsked(HttpContext context)
    {
        if (context.Request.Headers.SecWebSocketVersion != Version) return false;
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            return Protocol.Equals(connect.Protocol, StringComparison.OrdinalIgnoreCase);
        }

        return context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && context.Request.Headers.GetCommaSeparatedValues(HeaderNames.Upgrade).Contains(Protocol, StringComparer.OrdinalIgnoreCase)
            && IsKey(context.Request.Headers.SecWebSocketKey.ToString());
    }

    /// <summary>Shakes hands with a request that asks for it, and serves the socket.</summary>
    /// <param name="context">The request.</param>
    /// <param name="serve">Ends with the socket. May outlive the request, so nothing of the request may be used in it.</param>
    public static async Task Serve(HttpContext context, Func<FrameTransport, Task> serve)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is AskedEarly early)
        {
            early.Serve = serve;
            return;
        }

        var stream = await Accept(context);

        // Waits without a buffer.
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(useZeroByteReads: true));
        await serve(new FrameTransport(input, frames => stream.WriteAsync(frames), context.Abort));
    }

    /// <summary>What <c>Sec-WebSocket-Accept</c> has to say.</summary>
    internal static string AnswerTo(IHeaderDictionary request) => Answer(request.SecWebSocketKey.ToString());

    private static async Task<Stream> Accept(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect) return await connect.AcceptAsync();
        var headers = context.Response.Headers;
        headers.Connection = HeaderNames.Upgrade;
        headers.Upgrade = Protocol;
        headers.SecWebSocketAccept = AnswerTo(context.Request.Headers);
        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }

    // SHA-1 because the RFC says so: it protects nothing.
#pragma warning disable CA5350
    private static string Answer(string key) => Convert.ToBase64String(SHA1.HashData([.. Encoding.ASCII.GetBytes(key), .. Guid]));
#pragma warning restore CA5350
}
