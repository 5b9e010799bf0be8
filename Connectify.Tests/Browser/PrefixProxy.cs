using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Connectify.Tests.Browser;

/// <summary>
/// A reverse proxy that serves a server under a sub path: it strips the prefix from requests, names it in
/// <c>X-Forwarded-Prefix</c>, and answers 404 elsewhere. One request a connection, so WebSockets need nothing more.
/// </summary>
internal sealed class PrefixProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Uri _server;
    private readonly string _prefix;
    private readonly Task _accepting;

    public PrefixProxy(Uri server, string prefix)
    {
        (_server, _prefix) = (server, prefix);
        _listener.Start();
        _accepting = Accept();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopped.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true) _ = Serve(await _listener.AcceptTcpClientAsync(_stopped.Token));
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task Serve(TcpClient near)
    {
        using var client = near;
        using var far = new TcpClient();
        try
        {
            var stream = near.GetStream();
            var head = await ReadHead(stream);
            if (Forwarded(head) is not { } forwarded)
            {
                await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stopped.Token);
                return;
            }

            await far.ConnectAsync(_server.Host, _server.Port, _stopped.Token);
            await far.GetStream().WriteAsync(Encoding.Latin1.GetBytes(forwarded), _stopped.Token);
            var sent = stream.CopyToAsync(far.GetStream(), _stopped.Token);
            await Task.WhenAny(far.GetStream().CopyToAsync(stream, _stopped.Token), sent);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One end has gone.
        }
    }

    private async Task<string> ReadHead(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stopped.Token) == 0) throw new IOException("The connection has ended.");
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    // The server closes a plain request's connection, so that its next one is read by this proxy too.
    private string? Forwarded(string head)
    {
        var lines = head.Split("\r\n").ToList();
        var parts = lines[0].Split(' ');
        if (!parts[1].StartsWith($"{_prefix}/", StringComparison.Ordinal)) return null;
        lines[0] = $"{parts[0]} {parts[1][_prefix.Length..]} {parts[2]}";
        lines.Insert(1, $"X-Forwarded-Prefix: {_prefix}");
        if (!head.Contains("Upgrade: websocket", StringComparison.OrdinalIgnoreCase))
        {
            lines.RemoveAll(line => line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase));
            lines.Insert(1, "Connection: close");
        }

        return string.Join("\r\n", lines);
    }
}
