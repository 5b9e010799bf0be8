namespace Connectify.Benchmarks.Load;

/// <summary>What was sent to each chat, what each seat received, and how late.</summary>
/// <param name="chats">How many chats there are.</param>
/// <param name="seatChats">The chat of each seat.</param>
internal sealed class Ledger(int chats, int[] seatChats)
{
    private readonly List<long>[] _scheduled = Enumerable.Range(0, chats).Select(_ => new List<long>()).ToArray();
    private readonly Receipts[] _seats = seatChats.Select(_ => new Receipts()).ToArray();
    private readonly int[] _audience = Enumerable.Range(0, chats).Select(chat => seatChats.Count(of => of == chat)).ToArray();

    private (long From, long To) _window = (long.MaxValue, long.MaxValue);

    public Histogram Latency { get; } = new();

    public long Sent { get; private set; }

    public long Expected { get; private set; }

    public long Delivered { get; private set; }

    public long Doubled { get; private set; }

    public long Misrouted { get; private set; }

    /// <summary>How late the last one came, in nanoseconds.</summary>
    public long LastLatency { get; private set; }

    public long Outstanding => Expected - Delivered;

    /// <summary>From now on, only messages scheduled within are counted in <see cref="Latency"/>.</summary>
    public void Begin(long from, long to)
    {
        Latency.Clear();
        LastLatency = 0;
        _window = (from, to);
    }

    /// <returns>The message's number in its chat.</returns>
    public int Send(int chat, long scheduled)
    {
        _scheduled[chat].Add(scheduled);
        Sent++;
        Expected += _audience[chat];
        return _scheduled[chat].Count - 1;
    }

    public int SentTo(int chat) => _scheduled[chat].Count;

    public void Receive(int seat, int chat, int number, long now)
    {
        if (chat != seatChats[seat] || number >= _scheduled[chat].Count)
        {
            Misrouted++;
            return;
        }

        if (!_seats[seat].Add(number))
        {
            Doubled++;
            return;
        }

        Delivered++;
        var scheduled = _scheduled[chat][number];
        LastLatency = now - scheduled;
        if (scheduled >= _window.From && scheduled < _window.To) Latency.Add(LastLatency);
    }

    /// <summary>Chats whose members did not all hear the same order.</summary>
    public int ChatsOutOfOrder()
        => seatChats.Select((chat, seat) => (chat, _seats[seat].Order)).GroupBy(entry => entry.chat).Count(chat => chat.Select(entry => entry.Order).Distinct().Count() > 1);

    /// <summary>Gives up what has not come: it is lost.</summary>
    /// <returns>How much that is.</returns>
    public long WriteOff()
    {
        var lost = Outstanding;
        Expected = Delivered;
        return lost;
    }

    private sealed class Receipts
    {
        private ulong[] _bits = new ulong[64];

        /// <summary>Equal for equal sequences.</summary>
        public ulong Order { get; private set; }

        public bool Add(int number)
        {
            var word = number >> 6;
            if (word >= _bits.Length) Array.Resize(ref _bits, word * 2);
            var bit = 1UL << (number & 63);
            if ((_bits[word] & bit) != 0) return false;
            _bits[word] |= bit;
            Order = (Order * 0x9E3779B97F4A7C15) + (ulong)number + 1;
            return true;
        }
    }
}
