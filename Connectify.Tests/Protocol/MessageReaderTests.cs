using System.IO.Pipelines;
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
        foreach (var (length, fragment) in new[] { (Limit + 1, 100), (Limit + 1, Limit), (3 * Limit, 3 * Limit) })
        {
            using var client = new Recording();
            client.Send(new string('a', Limit), Limit);
            client.Send(new string('b', length), fragment);
            client.Send("after", 100);
            Read(client, 1000).Should().Equal(new string('a', Limit), "violation 1009");
        }
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
        Read(client, 1000).Should().Equal("violation 1003");
    }

    [Fact]
    public void Empty_fragments_change_nothing()
    {
        using var client = new Recording();
        client.SendFragments("", "ab", "", "c", "");
        client.SendFragments("", "");
        client.SendFragments("end");
        client.SendFragments(new string('x', Limit), "", "x", "", "");
        Read(client, 3).Should().Equal("abc", "", "end", "violation 1009");
    }

    /// <summary>A control frame may come between the fragments of a message (RFC 6455, section 5.4).</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void A_ping_is_answered_wherever_it_comes(int packet)
    {
        byte[] sent = [.. Frame(0x89, "one"), .. Frame(0x01, "he"), .. Frame(0x89, ""), .. Frame(0x8A, "nobody asked"), .. Frame(0x80, "llo"), .. Frame(0x89, new string('p', 125))];
        Read(sent, packet).Should().Equal("pong one", "pong ", "hello", "pong " + new string('p', 125));
    }

    /// <summary>RFC 6455, sections 5.1, 5.2, 5.4 and 5.5: what can't be a frame ends the reading, and what follows is not taken for one.</summary>
    [Fact]
    public void What_is_no_frame_ends_the_reading()
    {
        var unmasked = new byte[] { 0x81, 2, (byte)'h', (byte)'i' };
        var negative = new byte[] { 0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 };
        byte[] negativePing = [0x89, .. negative[1..]];
        byte[][] broken = [unmasked, negative, negativePing, Frame(0xC1, "reserved bit"), Frame(0x83, "reserved opcode"), Frame(0x80, "goes on from nothing"),
            Frame(0x09, "ping in parts"), Frame(0x89, new string('p', 126)), [.. Frame(0x01, "unfinished"), .. Frame(0x81, "and another")],
            [0x81, 0xFE, 0, 1, 0, 0, 0, 0, (byte)'a'], [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0]];
        foreach (var bytes in broken) Read([.. Frame(0x81, "before"), .. bytes, .. Frame(0x81, "after")], 3).Should().Equal("before", "violation 1002");
    }

    [Fact]
    public void A_length_that_nobody_will_send_is_too_long()
        => Read([0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, .. new byte[100]], 10).Should().Equal("violation 1009");

    [Fact]
    public void Text_has_to_be_utf8_but_a_character_may_span_fragments()
        => Read([.. Frame(0x01, [0xC3]), .. Frame(0x80, [0xA4]), .. Frame(0x81, [0xC3]), .. Frame(0x81, "after")], 1).Should().Equal("ä", "violation 1007");

    /// <summary>RFC 6455, section 7.1.7. What ends the reading then is the client's close frame, or that it is gone.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void After_a_violation_only_the_close_is_still_read(int packet)
    {
        byte[][] violations = [Frame(0x82, "binary"), Frame(0x81, [0xFF]), Frame(0x83, "reserved"), Frame(0x81, new string('x', Limit + 1)), Frame(0x88, [3])];
        foreach (var violation in violations)
        {
            byte[] sent = [.. violation, .. Frame(0x89, "ping"), .. Frame(0x88, [3, 232]), .. new byte[100]];
            using var stream = new Packets(sent, packet);
            Read(stream, Limit).Should().ContainSingle().Which.Should().StartWith("violation ");
            if (packet == 1) stream.Position.Should().BeLessThan(sent.Length - 90, "what follows the close is not waited for");
        }
    }

    [Fact]
    public void A_stream_is_of_text_too()
    {
        Read([.. Frame(0x01, [(byte)'a', 0xC3]), .. Frame(0x00, [0xA4, 0xF4]), .. Frame(0x80, [0x90])], 1, limit: null)
            .Should().Equal("a", "\uFFFD", "\uFFFD", "\uFFFD", "violation 1007");
        Read(Frame(0x82, "binary"), 1, limit: null).Should().Equal("violation 1003");
    }

    [Fact]
    public void A_stream_is_what_its_messages_hold_in_any_fragments_and_packets()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(
            Arb.From(Gen.ArrayOf(Gen.Choose(0, 10 * Limit))), Arb.From(Gen.Choose(1, 50_000)), Arb.From(Gen.Choose(1, 5000)), (lengths, fragment, packet) =>
            {
                var sent = lengths.Select((length, i) => new string([.. Enumerable.Range(i, length).Select(code => (char)('!' + (code % 90)))])).ToList();
                using var client = new Recording();
                foreach (var text in sent) client.Send(text, fragment);
                string.Concat(Read(client.Close(), packet, limit: null)).Should().Be(string.Concat(sent));
            }));

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void A_stream_answers_pings_and_ends_with_what_is_no_frame(int packet)
    {
        byte[] sent = [.. Frame(0x01, "he"), .. Frame(0x89, "one"), .. Frame(0x80, "llo"), .. Frame(0x81, ""), .. Frame(0x80, "goes on from nothing"), .. Frame(0x81, "after")];
        var read = Read(sent, packet, limit: null);
        string.Concat(read).Should().Be("hepong onelloviolation 1002");
    }

    private static byte[] Frame(byte first, string payload) => Frame(first, Encoding.UTF8.GetBytes(payload));

    private static byte[] Frame(byte first, byte[] payload)
    {
        byte[] mask = [1, 2, 3, 250];
        byte[] length = payload.Length < 126 ? [(byte)(0x80 | payload.Length)] : [0xFE, (byte)(payload.Length >> 8), (byte)payload.Length];
        return [first, .. length, .. mask, .. payload.Select((value, i) => (byte)(value ^ mask[i % 4]))];
    }

    private static List<string> Read(Recording client, int packet) => Read(client.Close(), packet);

    private static List<string> Read(byte[] sent, int packet, int? limit = Limit)
    {
        using var stream = new Packets(sent, packet);
        return Read(stream, limit);
    }

    private static List<string> Read(Packets stream, int? limit)
    {
        var read = new List<string>();
        var reader = new MessageReader(PipeReader.Create(stream), limit, frame => read.Add($"pong {Encoding.UTF8.GetString(FrameWriter.PayloadOf(frame).Span)}"));
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
