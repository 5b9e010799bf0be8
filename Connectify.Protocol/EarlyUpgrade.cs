using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Connectify.Protocol;

/// <summary>
/// Shakes hands with plain sockets before Kestrel's HTTP begins, where a connection's first request asks for one:
/// HTTP keeps a request and its buffers for as long as the connection lasts, an idle socket needs none of it.
/// </summary>
/// <remarks>
/// The request goes through the same middleware and endpoint as any other. Nothing of it is consumed until that has
/// taken the socket: whatever is refused, or isn't clearly such a request, HTTP finds untouched.
/// </remarks>
/// <param name="path">What the paths of plain sockets begin with.</param>
public sealed class EarlyUpgrade(string path)
{
    // As long as Kestrel waits for a first request.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(130);

    /// <summary>The application's middleware; until it is set, all is left to HTTP.</summary>
    public RequestDelegate? Application { get; set; }

    /// <summary>Serves one connection; for <c>ListenOptions.Use</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="http">Serves it over HTTP.</param>
    public async Task Serve(ConnectionContext connection, ConnectionDelegate http)
    {
        if (await TryAccept(connection) is { } serve) await serve(Transport(connection));
        else await http(connection);
    }

    private async Task<Func<FrameTransport, Task>?> TryAccept(ConnectionContext connection)
    {
        if (Application is not { } application || await FirstBytes(connection) is not { } received) return null;
        var (input, consumed) = (connection.Transport.Input, received.Buffer.Start);
        try
        {
            if (UpgradeRequest.Read(received.Buffer, path) is not { } request) return null;
            var asked = new AskedEarly();
            await application(Context(connection, request, asked));
            if (asked.Serve is not { } serve) return null;
            consumed = request.End;
            await connection.Transport.Output.WriteAsync(Answer(request));
            return serve;
        }
        finally
        {
            input.AdvanceTo(consumed);
        }
    }

    // null: HTTP tells that nothing comes, as it does.
    private static async Task<ReadResult?> FirstBytes(ConnectionContext connection)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.ConnectionClosed);
        patience.CancelAfter(Patience);
        try
        {
            return await connection.Transport.Input.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static DefaultHttpContext Context(ConnectionContext connection, UpgradeRequest request, AskedEarly asked)
    {
        var context = new DefaultHttpContext(new FeatureCollection());
        context.Features.Set<IHttpRequestFeature>(request.Feature);
        context.Features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        context.Features.Set<IHttpUpgradeFeature>(asked);
        context.Connection.Id = connection.ConnectionId;
        if (connection.RemoteEndPoint is IPEndPoint remote) (context.Connection.RemoteIpAddress, context.Connection.RemotePort) = (remote.Address, remote.Port);
        if (connection.LocalEndPoint is IPEndPoint local) (context.Connection.LocalIpAddress, context.Connection.LocalPort) = (local.Address, local.Port);
        context.RequestAborted = connection.ConnectionClosed;
        return context;
    }

    private static byte[] Answer(UpgradeRequest request)
        => Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {Handshake.AnswerTo(request.Feature.Headers)}\r\n\r\n");

    private static FrameTransport Transport(ConnectionContext connection)
    {
        var output = connection.Transport.Output;
        return new FrameTransport(connection.Transport.Input, Write, connection.Abort);

        ValueTask Write(ReadOnlyMemory<byte> frames)
        {
            var written = output.WriteAsync(frames);
            return written.IsCompletedSuccessfully && !written.Result.IsCompleted ? default : Written(written);
        }
    }

    private static async ValueTask Written(ValueTask<FlushResult> written)
    {
        if ((await written).IsCompleted) throw new IOException("The client has gone.");
    }
}
