using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Connectify.Tests.Browser;

/// <summary>
/// A line to a server that can be cut: what runs over it breaks off, and who comes anew is turned away until it is
/// restored. (A browser that is told to be offline keeps its open WebSockets.)
/// </summary>
public sealed class CuttableLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _ends = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private volatile bool _isCut;

    public CuttableLine(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = Accept();
    }

    /// <summary>Where the server is reached over this line.</summary>
    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public void Cut()
    {
        _isCut = true;
        foreach (var end in _ends.Keys) Break(end);
    }

    public void Restore() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        Cut();
        _listener.Stop();
        await _accepting;
        _over.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true) _ = Carry(await _listener.AcceptTcpClientAsync(_over.Token));
        }
        catch (OperationCanceledException)
        {
            // The line is taken down.
        }
    }

    private async Task Carry(TcpClient near)
    {
        using var far = new TcpClient();
        _ends[near] = _ends[far] = true;
        try
        {
            if (_isCut) return;
            await far.ConnectAsync(_server.Host, _server.Port, _over.Token);
            await Task.WhenAny(
                near.GetStream().CopyToAsync(far.GetStream(), _over.Token),
                far.GetStream().CopyToAsync(near.GetStream(), _over.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Cut, or one end has gone.
        }
        finally
        {
            Break(near);
            Break(far);
        }
    }

    // With a reset instead of a farewell: a cut line says none.
    private void Break(TcpClient end)
    {
        if (!_ends.TryRemove(end, out _)) return;
        if (end.Connected) end.LingerState = new LingerOption(enable: true, seconds: 0);
        end.Dispose();
    }
}
