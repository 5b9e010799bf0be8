using Connectify.Benchmarks.Load;
using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks.Workloads;

/// <summary>The sockets of a world, connected, with the ledger of what they hear.</summary>
internal sealed class ConnectedSeats : IListener, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly BenchmarkRun _run;
    private readonly WebSocketPeer?[] _peers;
    private readonly int[] _markerAt;
    private readonly byte[] _frame = new byte[512];
    private readonly bool[] _ready;
    private int _waiting;

    public ConnectedSeats(BenchmarkRun run)
    {
        _run = run;
        var seats = run.World.Seats;
        (_peers, _markerAt, _ready) = (new WebSocketPeer?[seats.Length], new int[seats.Length], new bool[seats.Length]);
        Ledger = new Ledger(run.World.Chats.Length, [.. seats.Select(seat => seat.Chat.Index)]);
    }

    public LoadClient Client { get; } = new();

    public Ledger Ledger { get; }

    /// <summary>Text messages without a marker: presence, heartbeats, errors.</summary>
    public long Others { get; private set; }

    /// <summary>The first error frame heard.</summary>
    public string? Error { get; private set; }

    /// <summary>Connects every seat, and waits until each has been welcomed and all is quiet.</summary>
    /// <param name="atOnce">The most that may be waiting for their welcome.</param>
    /// <param name="welcomed">Called when the last has been welcomed, before the quiet.</param>
    /// <returns>Seconds until then.</returns>
    public double Connect(int atOnce = 64, Action? welcomed = null)
    {
        var start = Clock.Now;
        foreach (var seat in _run.World.Seats)
        {
            ConnectOne(seat);
            if (_waiting >= atOnce) Client.Until(() => _waiting < atOnce || Client.Ended.Count > 0, Timeout);
            ExpectNoneEnded();
        }

        var areWelcomed = Client.Until(() => _waiting == 0 || Client.Ended.Count > 0, Timeout);
        ExpectNoneEnded();
        if (!areWelcomed) throw new TimeoutException($"{_waiting} sockets were never welcomed.\n{_run.Server.Log()}");
        var seconds = (Clock.Now - start) / (double)Clock.Second;
        welcomed?.Invoke();
        BeQuiet();
        return seconds;
    }

    /// <summary>Waits until nothing comes any more.</summary>
    public void BeQuiet()
    {
        for (var before = -1L; before != Client.Bytes;)
        {
            before = Client.Bytes;
            var end = Clock.Now + (300 * Clock.Millisecond);
            while (Clock.Now < end) Client.Poll(10 * Clock.Millisecond);
        }
    }

    /// <summary>Sends the next message of a chat from one of its seats.</summary>
    /// <returns>Its number.</returns>
    public int Send(Seat seat, long scheduled)
    {
        var number = Ledger.Send(seat.Chat.Index, scheduled);
        var length = _run.Kind.WriteMessage(_frame, seat.Chat, number);
        if (_peers[seat.Index] is { } peer) Client.Send(peer, _frame.AsSpan(0, length));
        return number;
    }

    public void Opened(WebSocketPeer peer)
    {
        var greeting = _run.Kind.Greeting(_run.World.Seats[peer.Seat].Chat);
        if (greeting.Length > 0) Client.Send(peer, greeting);
    }

    public void Heard(WebSocketPeer peer, ReadOnlySpan<byte> text, long now)
    {
        var seat = peer.Seat;

        // The marker mostly stands where it stood in the message before.
        var at = _markerAt[seat];
        if (text.Length < at + Marker.Length || !text[at..].StartsWith(Marker.Start)) at = text.IndexOf(Marker.Start);
        if (at < 0)
        {
            HeardOther(seat, text);
            return;
        }

        _markerAt[seat] = at;
        while (at >= 0)
        {
            var (chat, number) = Marker.Read(text[at..]);
            Ledger.Receive(seat, chat, number, now);
            MessageReceived?.Invoke(seat, number);
            if (!_run.Kind.IsSignalR) return;
            text = text[(at + Marker.Length)..];
            at = text.IndexOf(Marker.Start);
        }
    }

    /// <summary>For closed loops: which seat heard which message.</summary>
    public Action<int, int>? MessageReceived { get; set; }

    /// <summary>What is wrong so far; what has not come by now counts as lost.</summary>
    public List<string> Faults()
    {
        var faults = new List<string>();
        if (Client.Ended is [var peer, ..]) faults.Add($"{Client.Ended.Count} sockets ended, the first: {peer.Ended}");
        if (Ledger.Outstanding > 0) faults.Add($"{Ledger.WriteOff()} deliveries lost");
        if (Ledger.Doubled > 0) faults.Add($"{Ledger.Doubled} doubled");
        if (Ledger.Misrouted > 0) faults.Add($"{Ledger.Misrouted} misrouted");
        if (Error is { } error) faults.Add($"error frame: {error}");
        return faults;
    }

    public void Dispose() => Client.Dispose();

    private void ExpectNoneEnded()
    {
        if (Client.Ended is [var ended, ..]) throw new InvalidOperationException($"A socket was ended, {_waiting} were waiting: {ended.Ended}\n{_run.Server.Log()}");
    }

    private void ConnectOne(Seat seat)
    {
        var peer = new WebSocketPeer(LoadClient.Connect(_run.Server.Port), this) { Seat = seat.Index, Client = Client };
        _peers[seat.Index] = peer;
        Client.Add(peer);
        _waiting++;
        Client.Send(peer, WebSocketPeer.UpgradeRequest(_run.Kind.SocketPath(seat, _run.Tokens[seat.User])));
        Client.Poll(0);
    }

    private void HeardOther(int seat, ReadOnlySpan<byte> text)
    {
        Others++;
        if (!_ready[seat] && text.IndexOf("\"hello\""u8) >= 0)
        {
            _ready[seat] = true;
            _waiting--;
        }
        else if (Error is null && text.IndexOf("\"error\""u8) >= 0)
        {
            Error = System.Text.Encoding.UTF8.GetString(text);
        }
    }
}
