using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Connectify.Protocol;

/// <summary>
/// Shakes hands with sockets before Kestrel's HTTP begins, where a connection's first request asks for one:
/// HTTP keeps a request and its buffers for as long as the connection lasts, an idle socket needs none of it.
/// </summary>
/// <remarks>
/// The request goes through the same middleware and endpoint as any other. Nothing of it is consumed until that has
/// taken the socket: whatever is refused, or isn't clearly such a request, HTTP finds untouched.
/// </remarks>
/// <param name="paths">What the paths of sockets begin with.</param>
public sealed class EarlyUpgrade(params string[] paths)
{
    // Who says nothing for longer is HTTP's to wait for, and to end.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private volatile Application? _application;

    /// <summary>Begins, with the application's middleware; until then all is left to HTTP.</summary>
    /// <param name="middleware">All of it.</param>
    /// <param name="scopes">For what each request needs.</param>
    /// <param name="addresses">Where the server listens. TLS begins after this, so <c>https://</c> addresses are left to HTTP.</param>
    public void Begin(RequestDelegate middleware, IServiceScopeFactory scopes, IEnumerable<string> addresses)
    {
        var secured = addresses.Select(BindingAddress.Parse).Where(address => address.Scheme == Uri.UriSchemeHttps);
        _application = new Application(middleware, scopes, [.. secured.Select(address => address.Port)]);
    }

    /// <summary>Serves one connection; for <c>ListenOptions.Use</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="http">Serves it over HTTP.</param>
    public async Task Serve(ConnectionContext connection, ConnectionDelegate http)
    {
        if (_application is { } application && !application.IsSecured(connection.LocalEndPoint)
            && SocketWriter.For(connection) is { } socket && await TryAccept(application, connection, socket) is { } serve)
        {
            await serve(new FrameTransport(connection.Transport.Input, socket.Write, connection.Abort));
        }
        else
        {
            await http(connection);
        }
    }

    private async Task<Func<FrameTransport, Task>?> TryAccept(Application application, ConnectionContext connection, SocketWriter socket)
    {
        if (await FirstBytes(connection) is not { } received) return null;
        var (input, consumed) = (connection.Transport.Input, received.Buffer.Start);
        try
        {
            if (UpgradeRequest.Read(received.Buffer, paths) is not { } request) return null;
            var asked = new EarlyUpgradeFeature();
            var context = Context(connection, request, asked);
            if (!Handshake.IsAsked(context)) return null;
            context.ServiceScopeFactory = application.Scopes;
            await application.Middleware(context);
            if (context.Features.Get<IServiceProvidersFeature>() is IAsyncDisposable scope) await scope.DisposeAsync();
            if (asked.Serve is not { } serve) return null;
            consumed = request.End;
            return await TryWrite(socket, Answer(request)) ? serve : static _ => Task.CompletedTask;
        }
        catch (Exception)
        {
            // HTTP meets it too, and answers.
            return null;
        }
        finally
        {
            input.AdvanceTo(consumed);
        }
    }

    // false: it has gone meanwhile.
    private static async Task<bool> TryWrite(SocketWriter socket, byte[] answer)
    {
        try
        {
            await socket.Write(answer);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // null: nothing has come.
    private static async Task<ReadResult?> FirstBytes(ConnectionContext connection)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.ConnectionClosed);
        patience.CancelAfter(Timeout);
        try
        {
            return await connection.Transport.Input.ReadAsync(patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private static DefaultHttpContext Context(ConnectionContext connection, UpgradeRequest request, EarlyUpgradeFeature asked)
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
    {
        var headers = request.Feature.Headers;
        var subprotocol = Subprotocols.Choose(headers) is { } chosen ? $"Sec-WebSocket-Protocol: {chosen}\r\n" : "";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {Handshake.AnswerTo(headers)}\r\n{subprotocol}\r\n");
    }

    private sealed record Application(RequestDelegate Middleware, IServiceScopeFactory Scopes, HashSet<int> SecuredPorts)
    {
        public bool IsSecured(EndPoint? local) => local is IPEndPoint { Port: var port } && SecuredPorts.Contains(port);
    }
}
