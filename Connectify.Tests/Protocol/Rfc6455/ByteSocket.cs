using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>A connection on which a client says whatever it wants, byte by byte, and reads HTTP and frames.</summary>
internal sealed class ByteSocket : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly BufferedStream _input;
    private readonly Stream _stream;
    private readonly Socket _socket;

    private ByteSocket(Socket socket, Stream stream)
        => (_socket, _stream, _input) = (socket, stream, new BufferedStream(stream, 16 * 1024));

    public static async Task<ByteSocket> Connect(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port);
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (server.Scheme != Uri.UriSchemeHttps) return new ByteSocket(socket, stream);
        var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, shown, _, _) => shown?.Subject == "CN=localhost");
        await tls.AuthenticateAsClientAsync("localhost").WaitAsync(Timeout);
        return new ByteSocket(socket, tls);
    }

    public static string Request(string target, string more = "")
        => $"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n";

    public async Task Send(byte[] bytes) => await _stream.WriteAsync(bytes).AsTask().WaitAsync(Timeout);

    public Task Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends nothing more, and goes on reading.</summary>
    public async Task EndSending()
    {
        if (_stream is SslStream tls) await tls.ShutdownAsync();
        _socket.Shutdown(SocketShutdown.Send);
    }

    /// <returns>An answer's status line and headers.</returns>
    public async Task<string> Head()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await Bytes(1))[0]);
        }

        return head.ToString();
    }

    /// <returns>The next frame; null when the server has ended the connection.</returns>
    public async Task<(int Opcode, byte[] Payload)?> Frame()
    {
        byte[] head;
        try
        {
            head = await Bytes(2);
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            return null;
        }

        if ((head[0] & 0xF0) != 0x80) throw new InvalidDataException("The server sends whole messages without reserved bits.");
        if ((head[1] & 0x80) != 0) throw new InvalidDataException("A server doesn't mask.");
        var length = head[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await Bytes(2)),
            127 => (int)BinaryPrimitives.ReadInt64BigEndian(await Bytes(8)),
            var small => small,
        };
        return (head[0] & 0x0F, await Bytes(length));
    }

    /// <summary>Waits for the end of what the server sends.</summary>
    /// <exception cref="IOException">The connection was reset.</exception>
    public async Task<bool> Ends()
    {
        using var timeout = new CancellationTokenSource(Timeout);
        return await _input.ReadAsync(new byte[1], timeout.Token) == 0;
    }

    public async ValueTask DisposeAsync() => await _stream.DisposeAsync();

    private async Task<byte[]> Bytes(int count)
    {
        var bytes = new byte[count];
        using var timeout = new CancellationTokenSource(Timeout);
        await _input.ReadExactlyAsync(bytes, timeout.Token);
        return bytes;
    }
}
