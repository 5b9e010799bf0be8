using System.Net.WebSockets;
using System.Text;
using Connectify.Protocol;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Connectify.Tests.Protocol;

/// <summary>What a client sends, in whatever fragments and packets it comes, is put together as it was meant.</summary>
public class MessageReaderTests
{
    private const int Limit = 10_000;

    [Fact]
    public void Messages_in_any_fragments_and_packets_come_out_whole()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(
            Arb.From(Gen.ArrayOf(Gen.Choose(0, Limit))), Arb.From(Gen.Choose(1, 5000)), Arb.From(Gen.Choose(1, 5000)), (lengths, fragment, packet) =>
            {
                var sent = lengths.Select((length, i) => new string((char)('a' + (i % 26)), length)).ToList();
                using var client = new Recording();
                sent.ForEach(text => client.Send(text, fragment));
                Read(client, packet).Should().Equal(sent);
            }));

    [Fact]
    public void A_message_may_be_as_long_as_the_limit_and_no_longer()
    {
        using var client = new Recording();
        client.Send(new string('a', Limit), Limit);
        client.Send(new string('b', Limit + 1), 100);
        client.Send(new string('c', 3 * Limit), 3 * Limit);
        client.Send("still there", 100);
        Read(client, 1000).Should().Equal(new string('a', Limit), "violation 1009", "violation 1009", "still there");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(3 * Limit)]
    public void A_binary_message_is_a_violation_whatever_its_length(int length)
    {
        using var client = new Recording();
        client.Send(new string('x', length), 7000, WebSocketMessageType.Binary);
        client.Send("text", 7000);
        Read(client, 1000).Should().Equal("violation 1003", "text");
    }

    [Fact]
    public void Empty_fragments_change_nothing()
    {
        using var client = new Recording();
        client.SendFragments("", "ab", "", "c", "");
        client.SendFragments("", "");
        client.SendFragments(new string('x', Limit), "x", "", "");
        client.SendFragments("end");
        Read(client, 3).Should().Equal("abc", "", "violation 1009", "end");
    }

    private static List<string> Read(Recording client, int packet)
    {
        using var stream = new Packets(client.Close(), packet);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        var reader = new MessageReader(socket, Limit);
        var read = new List<string>();
        while (reader.Next().AsTask().GetAwaiter().GetResult() is { } message)
        {
            read.Add(message.Violation is { } code ? $"violation {code}" : Encoding.UTF8.GetString(message.Message.Span));
        }

        reader.Release();
        return read;
    }

    /// <summary>A client whose bytes are kept, to be read later.</summary>
    private sealed class Recording : IDisposable
    {
        private readonly MemoryStream _bytes = new();
        private readonly WebSocket _socket;

        public Recording() => _socket = WebSocket.CreateFromStream(_bytes, new WebSocketCreationOptions { IsServer = false });

        public void Send(string text, int fragment, WebSocketMessageType type = WebSocketMessageType.Text)
        {
            var parts = text.Chunk(fragment).Select(part => new string(part)).DefaultIfEmpty("").ToArray();
            Send(type, parts);
        }

        public void SendFragments(params string[] parts) => Send(WebSocketMessageType.Text, parts);

        public byte[] Close()
        {
            _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).GetAwaiter().GetResult();
            return _bytes.ToArray();
        }

        public void Dispose()
        {
            _socket.Dispose();
            _bytes.Dispose();
        }

        private void Send(WebSocketMessageType type, string[] parts)
        {
            for (var i = 0; i < parts.Length; i++)
            {
                var isLast = i == parts.Length - 1;
                _socket.SendAsync(Encoding.UTF8.GetBytes(parts[i]), type, isLast, CancellationToken.None).GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>Bytes that arrive a few at a time; what is written is forgotten.</summary>
    private sealed class Packets(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
    }
}
