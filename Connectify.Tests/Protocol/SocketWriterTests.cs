using System.Net;
using System.Net.Sockets;
using Connectify.Protocol;
using FluentAssertions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Xunit;

namespace Connectify.Tests.Protocol;

public sealed class SocketWriterTests : IDisposable
{
    // More than two sockets' buffers hold.
    private const int Much = 32 * 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly Socket _server;
    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly SocketWriter _writer;

    public SocketWriterTests()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _client.Connect((IPEndPoint)listener.LocalEndpoint);
        _server = listener.AcceptSocket();
        _writer = SocketWriter.For(Connection())!;
    }

    [Fact]
    public async Task Who_reads_late_gets_every_byte()
    {
        var bytes = new byte[Much];
        new Random(1).NextBytes(bytes);
        var writing = _writer.Write(bytes).AsTask();
        writing.IsCompleted.Should().BeFalse("nobody has read yet");
        var received = new byte[Much];
        for (var count = 0; count < Much;) count += await _client.ReceiveAsync(received.AsMemory(count)).AsTask().WaitAsync(Timeout);
        await writing.WaitAsync(Timeout);
        received.AsSpan().SequenceEqual(bytes).Should().BeTrue();
    }

    [Fact]
    public async Task Who_goes_during_a_write_ends_it()
    {
        var writing = _writer.Write(new byte[Much]).AsTask();
        _client.Close(timeout: 0);
        await writing.Awaiting(write => write.WaitAsync(Timeout)).Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task A_connection_that_is_cut_during_a_write_ends_it()
    {
        var writing = _writer.Write(new byte[Much]).AsTask();
        _server.Dispose();
        await writing.Awaiting(write => write.WaitAsync(Timeout)).Should().ThrowAsync<IOException>();
        FluentActions.Invoking(() => _writer.Write(new byte[1])).Should().Throw<IOException>();
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private DefaultConnectionContext Connection()
    {
        var connection = new DefaultConnectionContext();
        connection.Features.Set<IConnectionSocketFeature>(new Plain(_server));
        return connection;
    }

    private sealed record Plain(Socket Socket) : IConnectionSocketFeature;
}
