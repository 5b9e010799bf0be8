using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>
/// The changes of one chat in the order of seq, each once. Takes the next; drops what it has had; keeps what comes early
/// until what is missing has come, or has been read from the database.
/// </summary>
/// <remarks>Used under its feed's lock.</remarks>
internal sealed class Resequencer
{
    private const int Unknown = -1;

    // Until the first subscriber is in. What is dropped becomes a gap, and is read from the database.
    private const int MostEarly = 1_000;

    private readonly SortedDictionary<long, ChatEvent> _early = [];
    private long _delivered = Unknown;
    private long _accessVersion = Unknown;
    private long _first = Unknown;
    private long _filled = Unknown;
    private long _observedSeq;
    private long _observedAccess;

    /// <summary>Whether the feed has a start position, set by its first subscriber.</summary>
    public bool HasBegun => _delivered != Unknown;

    /// <summary>Whether something came early, and waits.</summary>
    public bool IsWaiting => _early.Count > 0;

    /// <summary>Whether changes wait only for the check of who is still a member.</summary>
    public bool IsAccessStale => Waiting is { } next && next.After <= _delivered && next.AccessVersion > _accessVersion;

    private ChatEvent? Waiting => _early.Count > 0 ? _early.First().Value : null;

    /// <summary>Sets the start position from a client's snapshot, unless there is one.</summary>
    /// <param name="seq">The chat's count then.</param>
    /// <param name="accessVersion">The chat's count of removals then.</param>
    /// <returns>false: the position is too old.</returns>
    public bool TryBegin(long seq, long accessVersion)
    {
        // Another client's later snapshot set the start position; events before it were never delivered here.
        if (accessVersion < _accessVersion || seq < _first) return false;
        if (!HasBegun) (_first, _delivered, _accessVersion) = (seq, seq, accessVersion);
        return true;
    }

    /// <summary>Whether a client that has everything up to a change is level with the group.</summary>
    /// <remarks>Before, what was read for the others may be new to them and known to it.</remarks>
    public bool Covers(long toldUpTo) => _delivered >= Math.Max(toldUpTo, _filled);

    /// <summary>Keeps a change until its turn has come.</summary>
    public void Add(ChatEvent change)
    {
        if (!HasBegun || change.Seq > Math.Max(_delivered, _filled)) _early.TryAdd(change.Seq, change);
        if (!HasBegun && _early.Count > MostEarly) _early.Remove(_early.Keys.First());
    }

    /// <summary>Takes out the changes whose turn has come.</summary>
    public List<ChatEvent> TakeInOrder()
    {
        var inTurn = new List<ChatEvent>();
        while (HasBegun && Next() is { } next) inTurn.Add(next);
        return inTurn;
    }

    /// <summary>Takes the chat's current counts.</summary>
    /// <returns>Whether something is missing.</returns>
    public bool Observe(long seq, long accessVersion)
    {
        (_observedSeq, _observedAccess) = (Math.Max(_observedSeq, seq), Math.Max(_observedAccess, accessVersion));
        return HasBegun && (seq > _delivered || accessVersion > _accessVersion);
    }

    /// <summary>What has to be read for it to go on.</summary>
    /// <param name="toldUpTo">The last change that any client knows of.</param>
    public FeedGap Gap(long toldUpTo)
    {
        if (!HasBegun) return FeedGap.None;
        if (_observedAccess > _accessVersion) return new FeedGap(IsAccessStale: true, _delivered);
        if (Waiting is { } next && next.After <= _delivered)
        {
            return IsAccessStale ? new FeedGap(IsAccessStale: true, _delivered, next) : FeedGap.None;
        }

        var highest = Math.Max(Math.Max(toldUpTo, _observedSeq), _early.Keys.LastOrDefault());
        return highest > _delivered ? new FeedGap(IsAccessStale: false, _delivered) : FeedGap.None;
    }

    /// <summary>Takes what was read from the database.</summary>
    /// <param name="changes">All that came next.</param>
    /// <param name="seq">The chat's count then.</param>
    public void Apply(IReadOnlyList<ChatEvent> changes, long seq)
    {
        if (changes.Count == 0)
        {
            // Events are published after commit, so a seq above the chat's last_seq is bogus. Drop it, or the chat would stall.
            foreach (var claimed in _early.Keys.Where(claimed => claimed > seq).ToList()) _early.Remove(claimed);
            return;
        }

        // Read later than what came early, so it stands in the place of all that it covers, and of what of it still
        // comes. What came by itself since the reading began has been told as new.
        _filled = changes[^1].Seq;
        foreach (var old in _early.Keys.Where(old => old <= _filled).ToList()) _early.Remove(old);
        foreach (var change in changes) _early[change.Seq] = change.For(_delivered);
    }

    /// <summary>Takes the result of a membership check.</summary>
    /// <param name="accessVersion">The chat's count of removals when that was read.</param>
    /// <param name="asked">The gap because of which it was read.</param>
    /// <returns>false: it was known already.</returns>
    public bool AccessChecked(long accessVersion, FeedGap asked)
    {
        var isNews = accessVersion > _accessVersion;
        _accessVersion = Math.Max(_accessVersion, accessVersion);

        // As in Fill: a removal that the database doesn't know of never was.
        if (accessVersion < asked.Claimed?.AccessVersion) _early.Remove(asked.Claimed.Seq);
        return isNews;
    }

    // null: the next change is missing, or its receivers have to be checked.
    private ChatEvent? Next()
    {
        while (Waiting is { } next)
        {
            if (next.Seq > _delivered && (next.After > _delivered || next.AccessVersion > _accessVersion)) return null;
            _early.Remove(next.Seq);
            if (next.Seq <= _delivered) continue;
            _delivered = next.Seq;
            return next;
        }

        return null;
    }
}
