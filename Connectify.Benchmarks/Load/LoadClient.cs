using System.Net;
using System.Net.Sockets;

namespace Connectify.Benchmarks.Load;

/// <summary>Many connections served by one thread, its own: one epoll, one buffer, nothing allocated per frame.</summary>
internal sealed unsafe class LoadClient : IDisposable
{
    private const int EventsAtOnce = 512;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(1 << 20, pinned: true);
    private readonly byte[] _events = GC.AllocateUninitializedArray<byte>(EventsAtOnce * 16, pinned: true);
    private readonly List<Peer?> _peers = [];
    private readonly int _epoll = Native.Open();

    /// <summary>What servers ended by themselves, and how.</summary>
    public List<Peer> Ended { get; } = [];

    /// <summary>Bytes received by all.</summary>
    public long Bytes { get; private set; }

    /// <summary>Begins to connect to a loopback port; what is sent before it has succeeded waits.</summary>
    public static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
        try
        {
            socket.Connect(IPAddress.Loopback, port);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // Under way.
        }

        return socket;
    }

    public void Add(Peer peer)
    {
        Native.Watch(_epoll, peer.Handle, _peers.Count);
        _peers.Add(peer);
    }

    /// <summary>Writes, or keeps for later what the socket has no room for.</summary>
    public void Send(Peer peer, ReadOnlySpan<byte> bytes)
    {
        if (peer.Ended is not null) return;
        if (!peer.Unsent.IsEmpty)
        {
            peer.KeepUnsent([.. peer.Unsent.Span, .. bytes]);
            return;
        }

        fixed (byte* start = bytes)
        {
            var sent = Native.Send(peer.Handle, start, bytes.Length);
            if (sent == bytes.Length || sent == -2) return;
            peer.KeepUnsent(bytes[Math.Max(sent, 0)..]);
        }
    }

    /// <summary>Takes what has come; waits at most <paramref name="nanoseconds"/> for something.</summary>
    public void Poll(long nanoseconds)
    {
        fixed (byte* events = _events)
        {
            var count = Native.Wait(_epoll, events, EventsAtOnce, nanoseconds);
            for (var i = 0; i < count; i++)
            {
                if (_peers[Native.TagOf(events, i)] is not { Ended: null } peer) continue;
                if (!peer.Unsent.IsEmpty) SendRest(peer);
                while (peer.Ended is null && Receive(peer))
                {
                }
            }
        }
    }

    /// <summary>Polls until <paramref name="done"/>.</summary>
    /// <returns>false when it was not within <paramref name="bound"/>.</returns>
    public bool Until(Func<bool> done, TimeSpan bound)
    {
        var end = Clock.Now + ((long)bound.TotalMilliseconds * Clock.Millisecond);
        while (!done())
        {
            if (Clock.Now > end) return false;
            Poll(5 * Clock.Millisecond);
        }

        return true;
    }

    public void Remove(Peer peer)
    {
        _peers[_peers.IndexOf(peer)] = null;
        peer.Dispose();
    }

    public void Dispose()
    {
        foreach (var peer in _peers) peer?.Dispose();
        Native.CloseEpoll(_epoll);
    }

    private void SendRest(Peer peer)
    {
        var bytes = peer.Unsent.ToArray();
        peer.KeepUnsent(default);
        Send(peer, bytes);
    }

    /// <returns>Whether there may be more.</returns>
    private bool Receive(Peer peer)
    {
        var rest = peer.Rest.Length;
        peer.Rest.Span.CopyTo(_buffer);
        fixed (byte* buffer = _buffer)
        {
            var read = Native.Receive(peer.Handle, buffer + rest, _buffer.Length - rest);
            if (read == -1) return false;
            if (read <= 0)
            {
                End(peer, read == 0 ? "end of stream" : "reset");
                return false;
            }

            Bytes += read;
            var data = _buffer.AsSpan(0, rest + read);
            var taken = peer.Take(data, Clock.Now);
            peer.KeepRest(data[taken..]);
            if (peer.Ended is { } words) End(peer, words);
            return rest + read == _buffer.Length;
        }
    }

    private void End(Peer peer, string words)
    {
        peer.Ended = words;
        Ended.Add(peer);

        // Closed at once: what has ended is readable for ever.
        Remove(peer);
    }
}
