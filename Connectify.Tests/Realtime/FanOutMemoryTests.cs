using System.Net.Sockets;
using System.Text;
using Connectify.Migrations;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>What a message costs in memory doesn't grow with those who hear it. Alone in its process's time: it counts what everybody allocates.</summary>
[CollectionDefinition(nameof(FanOutMemoryTests), DisableParallelization = true)]
[Collection(nameof(FanOutMemoryTests))]
public sealed class FanOutMemoryTests(FanOutMemoryTests.Quiet on) : ServerTests(on), IClassFixture<FanOutMemoryTests.Quiet>
{
    private const int Users = 21;
    private const int Few = 2;
    private const int SocketsEach = 50;
    private const int Messages = 100;
    private const int MaxBytesPerDelivery = 16;

    // An unasked pong, masked (RFC 6455 5.5.3): whoever is silent for long is cut off.
    private static readonly byte[] Alive = [0x8A, 0x80, 0, 0, 0, 0];

    // Taken by all sockets in turn: the listening allocates nothing.
    private readonly byte[] _received = new byte[64 * 1024];

    [Fact]
    public async Task A_delivery_to_one_of_a_thousand_allocates_next_to_nothing()
    {
        var users = new List<User>();
        for (var i = 0; i < Users; i++) users.Add(await User($"user{i}"));
        var chat = await users[0].StartsGroup([.. users.Skip(1)]);
        var sender = await users[0].Listen(chat);
        var sockets = new List<Socket>();

        foreach (var user in users.Skip(1).Take(Few)) OpenAll(sockets, user, chat);
        var (fewer, byFewer) = (sockets.Count, await Allocated(sender, sockets));
        foreach (var user in users.Skip(1 + Few)) OpenAll(sockets, user, chat);
        var byAll = await Allocated(sender, sockets);
        sockets.ForEach(socket => socket.Dispose());

        // What storing and encoding cost is in both.
        ((byAll - byFewer) / (double)(Messages * (sockets.Count - fewer))).Should().BeLessThan(MaxBytesPerDelivery);
    }

    private void OpenAll(List<Socket> sockets, User user, string chat)
    {
        for (var i = 0; i < SocketsEach; i++) sockets.Add(Open(user, chat));
    }

    private async Task<long> Allocated(PlainSocket sender, List<Socket> sockets)
    {
        sockets.ForEach(socket => socket.Send(Alive));
        await Say(sender, "warm");
        HearAll(sockets, $"warm {Messages}.");
        sockets.ForEach(socket => socket.Send(Alive));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Say(sender, "counted");
        HearAll(sockets, $"counted {Messages}.");
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static async Task Say(PlainSocket sender, string word)
    {
        // One after the other: queues in which messages gather grow, once.
        for (var i = 1; i <= Messages; i++)
        {
            await sender.Send(new { type = "message", content = $"{word} {i}." });
            await sender.Hears(Frames.Message);
        }
    }

    private Socket Open(User user, string chat)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        socket.Connect(Server.Url.Host, Server.Url.Port);
        socket.Send(Encoding.ASCII.GetBytes(
            $"GET /ws/messaging/{chat}?token={user.Token} HTTP/1.1\r\nHost: {Server.Url.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        Receive(socket, "\"hello\""u8);
        return socket;
    }

    private void HearAll(List<Socket> sockets, string last)
    {
        var bytes = Encoding.UTF8.GetBytes(last);
        foreach (var socket in sockets) Receive(socket, bytes);
    }

    // A text may come in two parts.
    private void Receive(Socket socket, ReadOnlySpan<byte> text)
    {
        for (var kept = 0; ;)
        {
            var count = socket.Receive(_received.AsSpan(kept));
            if (count == 0) throw new EndOfStreamException("The server has closed a socket.");
            var received = _received.AsSpan(0, kept + count);
            if (received.IndexOf(text) >= 0) return;
            kept = Math.Min(text.Length - 1, received.Length);
            received[^kept..].CopyTo(_received);
        }
    }

    /// <summary>Without heartbeats meanwhile, which cost memory too.</summary>
    public sealed class Quiet() : ServerFixture(DatabaseEngine.Sqlite, "--Sockets:HeartbeatSeconds=300");
}
