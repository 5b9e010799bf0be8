using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;

namespace Connectify.Tests.Support;

/// <summary>
/// The SignalR client's transport, WebSocket without negotiation: the package that has the stock one
/// can't be restored everywhere.
/// </summary>
internal sealed class WebSocketTransport : IConnectionFactory
{
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(((UriEndPoint)endpoint).Uri, cancellationToken);
            return new Connection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Connection : DefaultConnectionContext, IDuplexPipe
    {
        private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

        private readonly WebSocket _socket;
        private readonly Pipe _incoming = new();
        private readonly Pipe _outgoing = new();
        private readonly CancellationTokenSource _end = new();
        private readonly Task _running;

        public Connection(WebSocket socket)
            : base(Guid.NewGuid().ToString("N"))
        {
            _socket = socket;
            Transport = this;
            _running = Task.WhenAll(Send(), Receive());
        }

        public PipeReader Input => _incoming.Reader;

        public PipeWriter Output => _outgoing.Writer;

        public override async ValueTask DisposeAsync()
        {
            await _outgoing.Writer.CompleteAsync();
            _end.CancelAfter(Farewell);
            await _running;
            _socket.Dispose();
            _end.Dispose();
            await base.DisposeAsync();
        }

        private async Task Send()
        {
            try
            {
                ReadResult read;
                do
                {
                    read = await _outgoing.Reader.ReadAsync(_end.Token);
                    foreach (var part in read.Buffer) await _socket.SendAsync(part, WebSocketMessageType.Text, true, _end.Token);
                    _outgoing.Reader.AdvanceTo(read.Buffer.End);
                }
                while (!read.IsCompleted);
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _end.Token);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                // The receiving side says why the connection ended.
            }

            await _outgoing.Reader.CompleteAsync();
        }

        private async Task Receive()
        {
            Exception? lost = null;
            try
            {
                while (true)
                {
                    var got = await _socket.ReceiveAsync(_incoming.Writer.GetMemory(4096), _end.Token);
                    if (got.MessageType == WebSocketMessageType.Close) break;
                    _incoming.Writer.Advance(got.Count);
                    if ((await _incoming.Writer.FlushAsync(_end.Token)).IsCompleted) break;
                }
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                lost = e;
            }

            await _incoming.Writer.CompleteAsync(lost);
        }
    }
}
