using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;
using static Connectify.Tests.Protocol.Rfc6455.ClientBytes;

namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>The table of what RFC 6455 wants of a server, on each way in that a socket has.</summary>
public abstract class SocketCaseTests(SocketCaseServer on) : IClassFixture<SocketCaseServer>
{
    private const string LastPing = "the last";

    public static TheoryData<string> Names => [.. SocketCase.All.Keys];

    protected SocketCaseServer On => on;

    private protected abstract Dialect Dialect { get; }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Case(string name)
    {
        var script = new Script(Dialect);
        SocketCase.All[name].Write(script);
        await using var socket = await Open();

        var (words, pongs) = (new List<string>(), new List<byte[]>());
        var sending = Send(socket, script);
        var code = await Hear(socket, script, words, pongs);
        await sending;

        code.Should().Be(script.Code ?? 1000);
        pongs.Select(Encoding.Latin1.GetString).Should().Equal(script.Pongs.Select(Encoding.Latin1.GetString));

        // What was sent before a fault may still be on its way when the connection ends.
        if (script.Code is null) words.Should().Equal(script.Words);
        else script.Words.Should().StartWith(words);
        on.Server.Log.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_client_that_leaves_a_close_unanswered_gets_an_end_and_no_reset()
    {
        await using var socket = await Open();
        await socket.Send(Frame(Ping, [], isMasked: false));
        (await socket.Frame())!.Value.Opcode.Should().Be(Close);
        (await socket.Ends()).Should().BeTrue();
    }

    private protected abstract Task<ByteSocket> Open();

    /// <summary>Shakes hands, first of all or after other requests.</summary>
    private protected static async Task<ByteSocket> Open(Uri server, string target, params string[] before)
    {
        var socket = await ByteSocket.Connect(server);
        foreach (var request in before)
        {
            await socket.Send(request);
            await socket.Head();
        }

        await socket.Send(ByteSocket.Request(target));
        (await socket.Head()).Should().StartWith("HTTP/1.1 101 ");
        return socket;
    }

    private protected static async Task<ByteSocket> Greeted(Task<ByteSocket> opening)
    {
        var socket = await opening;
        Encoding.UTF8.GetString((await socket.Frame())!.Value.Payload).Should().Contain("\"hello\"");
        return socket;
    }

    private static async Task Send(ByteSocket socket, Script script)
    {
        try
        {
            foreach (var packet in script.Packets) await socket.Send(packet);
            if (script.Code is null) await socket.Send(Frame(Ping, LastPing));
        }
        catch (IOException) when (script.Code is not null)
        {
            // The server ended the connection before it had all of it.
        }
    }

    /// <returns>The code the server closed with. Nothing but the end follows it.</returns>
    private static async Task<int> Hear(ByteSocket socket, Script script, List<string> words, List<byte[]> pongs)
    {
        var isLast = false;
        while (await socket.Frame() is var (opcode, payload))
        {
            if (opcode == Close)
            {
                await Answer(socket, isFault: script.Code is not (null or 1000));
                (await socket.Frame()).Should().BeNull("a close frame is the last");
                return BinaryPrimitives.ReadUInt16BigEndian(payload);
            }

            if (opcode == Text) words.AddRange(script.Dialect.WordsIn(Encoding.UTF8.GetString(payload)));
            else if (opcode == Pong && Encoding.UTF8.GetString(payload) == LastPing) isLast = true;
            else if (opcode == Pong) pongs.Add(payload);
            if (isLast && words.Count == script.Words.Count) await socket.Send(CloseFrame(1000));
        }

        throw new InvalidDataException("The connection ended without a close frame.");
    }

    private static async Task Answer(ByteSocket socket, bool isFault)
    {
        try
        {
            await socket.Send(CloseFrame(1000));

            // In the middle of a frame no close can be said: the server would wait a while for the end of it.
            if (isFault) await socket.EndSending();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The server has ended the connection, as it may when the client closed first.
        }
    }

    public sealed class Early(SocketCaseServer on) : SocketCaseTests(on)
    {
        private protected override Dialect Dialect { get; } = new Dialect.Plain();

        private protected override Task<ByteSocket> Open() => Greeted(Open(On.Server.Url, On.Socket));
    }

    public sealed class ThroughHttp(SocketCaseServer on) : SocketCaseTests(on)
    {
        private protected override Dialect Dialect { get; } = new Dialect.Plain();

        private protected override Task<ByteSocket> Open()
            => Greeted(Open(On.Server.Url, On.Socket, "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    public sealed class OverTls(SocketCaseServer on) : SocketCaseTests(on)
    {
        private protected override Dialect Dialect { get; } = new Dialect.Plain();

        private protected override async Task<ByteSocket> Open() => await Greeted(Open((await On.Secured()).Url, On.Socket));
    }

    public sealed class Hub(SocketCaseServer on) : SocketCaseTests(on)
    {
        private protected override Dialect Dialect { get; } = new Dialect.Hub();

        private protected override async Task<ByteSocket> Open()
        {
            var socket = await Open(On.Server.Url, On.Hub);
            await socket.Send(Frame(Text, RecordSocket.Bytes(RecordSocket.Handshake)));
            (await socket.Frame())!.Value.Payload.Should().Equal(RecordSocket.Bytes("{}"));
            return socket;
        }
    }
}
