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
    private const int KeyLength = 24;

    // RFC 6455, section 1.3.
    private static readonly byte[] Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8.ToArray();

    /// <summary>Whether a request is a valid handshake (RFC 6455, section 4.2.1; RFC 8441, section 5).</summary>
    public static bool IsAsked(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.SecWebSocketVersion != Version) return false;
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect) return IsProtocol(connect.Protocol);
        return HttpMethods.IsGet(context.Request.Method)
            && HttpProtocol.IsHttp11(context.Request.Protocol)
            && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && headers.GetCommaSeparatedValues(HeaderNames.Connection).Contains(HeaderNames.Upgrade, StringComparer.OrdinalIgnoreCase)
            && headers.GetCommaSeparatedValues(HeaderNames.Upgrade).Any(IsProtocol)
            && IsKey(headers.SecWebSocketKey.ToString());
    }

    /// <summary>Whether a request is a handshake, valid or not.</summary>
    public static bool IsMeant(HttpContext context)
    {
        var headers = context.Request.Headers;
        return context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect
            ? IsProtocol(connect.Protocol)
            : headers.SecWebSocketKey.Count + headers.SecWebSocketVersion.Count > 0 && headers.GetCommaSeparatedValues(HeaderNames.Upgrade).Any(IsProtocol);
    }

    /// <summary>Adds the headers that say what a valid handshake asks for (RFC 6455, section 4.2.2; RFC 9110, section 15.5.22).</summary>
    public static void DescribeIn(HttpResponse response)
    {
        response.Headers.SecWebSocketVersion = Version;

        // HTTP/2 and HTTP/3 forbid these two.
        var protocol = response.HttpContext.Request.Protocol;
        if (HttpProtocol.IsHttp2(protocol) || HttpProtocol.IsHttp3(protocol)) return;
        response.Headers.Connection = HeaderNames.Upgrade;
        response.Headers.Upgrade = Protocol;
    }

    /// <summary>Whether <see cref="EarlyUpgrade"/> has read the request: if it is refused, HTTP reads it again, and answers.</summary>
    public static bool IsEarly(HttpContext context) => context.Features.Get<IHttpUpgradeFeature>() is EarlyUpgradeFeature;

    /// <summary>Shakes hands with a request that asks for it, and serves the socket.</summary>
    /// <param name="context">The request.</param>
    /// <param name="serve">Ends with the socket. May outlive the request, so nothing of the request may be used in it.</param>
    public static async Task Serve(HttpContext context, Func<FrameTransport, Task> serve)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is EarlyUpgradeFeature early)
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
        var (request, headers) = (context.Request.Headers, context.Response.Headers);
        if (Subprotocols.Choose(request) is { } subprotocol) headers.SecWebSocketProtocol = subprotocol;
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect) return await connect.AcceptAsync();
        headers.Connection = HeaderNames.Upgrade;
        headers.Upgrade = Protocol;
        headers.SecWebSocketAccept = AnswerTo(request);
        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    private static bool IsProtocol(string? name) => Protocol.Equals(name, StringComparison.OrdinalIgnoreCase);

    // Convert ignores white space.
    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key.Length == KeyLength && !key.Any(char.IsWhiteSpace) && Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }

    // SHA-1 because the RFC says so: it protects nothing.
#pragma warning disable CA5350
    private static string Answer(string key) => Convert.ToBase64String(SHA1.HashData([.. Encoding.ASCII.GetBytes(key), .. Guid]));
#pragma warning restore CA5350
}
