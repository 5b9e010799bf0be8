using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>
/// The changes of one chat, delivered to this node's followers in their <see cref="ChangeOrder"/>, and who is on the way in.
/// </summary>
/// <remarks>One lock, never held across an await: what is delivered is only queued, and no queue waits.</remarks>
internal sealed class ChatFeed(ChatRef chat, ChatFeeds feeds)
{
    // Kept for one client while it is told what it missed; one that takes longer than this reads too slowly.
    private const int MaxHeard = 10_000;

    private readonly Lock _gate = new();
    private readonly ChangeOrder _order = new();
    private readonly Dictionary<Client, Joining> _joining = [];
    private readonly string _group = GroupName(chat);
    private Task? _listening;
    private bool _isRepairing;
    private bool _isGone;

    public ChatRef Chat => chat;

    public static string GroupName(ChatRef chat) => $"{chat.KindName}:{chat.Id}";

    /// <summary>Begins to keep what happens for a client. To be called before its position is read from the database.</summary>
    /// <param name="client">The client. What it had begun here before, complete or not, gives way: it hears once.</param>
    /// <returns>null: the feed has just ended, there is a new one to be had.</returns>
    public Joining? Begin(Client client)
    {
        lock (_gate)
        {
            if (_isGone) return null;
            Drop(client);
            var joining = new Joining(client, chat, _listening ??= feeds.Listen(this));
            _joining[client] = joining;
            return joining;
        }
    }

    /// <summary>Takes a client in that has been told everything up to a change, so that it misses and repeats nothing.</summary>
    /// <param name="joining">From <see cref="Begin"/>.</param>
    /// <param name="seq">The chat's count when the client's position was read.</param>
    /// <param name="accessVersion">The chat's count of removals then.</param>
    /// <returns>false: the position is too old, or somebody was removed meanwhile; both have to be read anew.</returns>
    public bool TryComplete(Joining joining, long seq, long accessVersion)
    {
        lock (_gate)
        {
            if (_joining.GetValueOrDefault(joining.Client) != joining) return true;
            if (!_order.TryBegin(seq, accessVersion)) return false;
            joining.ToldUpTo = seq;
            foreach (var heard in joining.Heard) Pass(joining, heard);
            joining.Heard.Clear();
            if (_order.Covers(joining.ToldUpTo)) Admit(joining);

            // Behind the database: what is missing is on its way, or is fetched.
            else Repair();
            Advance();
            return true;
        }
    }

    /// <summary>As <see cref="Begin"/>, for a client that isn't here yet.</summary>
    /// <param name="client">The client.</param>
    /// <param name="isKnown">Whether it is here already, or on its way in: nothing is begun.</param>
    public Joining? BeginIfNew(Client client, out bool isKnown)
    {
        lock (_gate)
        {
            isKnown = Everybody().Contains(client);
            return isKnown ? null : Begin(client);
        }
    }

    /// <summary>Forgets a client that didn't get in, or is leaving.</summary>
    public void Remove(Client client)
    {
        lock (_gate)
        {
            Drop(client);
            if (_isGone || _joining.Count > 0 || !feeds.Groups.IsEmpty(_group)) return;
            _isGone = true;
            feeds.Forget(this);
            if (_listening is not null) feeds.EndListening(this);
        }
    }

    /// <summary>Takes events from this node or another, in any order and any number of times.</summary>
    /// <param name="happened">One at least; all of them stored, or none.</param>
    public void Take(IReadOnlyList<ChatEvent> happened)
    {
        lock (_gate)
        {
            if (_isGone) return;
            if (happened[0].Seq == 0)
            {
                Deliver(happened);
                return;
            }

            foreach (var change in happened) _order.Add(change);
            Advance();
        }
    }

    /// <summary>Hears how the chat's counts stand: changes that are missing are fetched, and who may still hear is asked.</summary>
    public void Observe(long seq, long accessVersion)
    {
        lock (_gate)
        {
            if (_order.Observe(seq, accessVersion)) Repair();
        }
    }

    /// <summary>Who on this node follows the chat, or is about to.</summary>
    public Client[] Followers()
    {
        lock (_gate) return Everybody();
    }

    /// <summary>Whether what waits does so only for who may still hear.</summary>
    public bool IsAccessStale
    {
        get
        {
            lock (_gate) return _order.IsAccessStale;
        }
    }

    /// <summary>What a repair has to do now; it ends with the first answer that is nothing.</summary>
    public FeedGap Gap()
    {
        lock (_gate)
        {
            var gap = _isGone ? FeedGap.None : _order.Gap(_joining.Values.Select(joining => joining.ToldUpTo).DefaultIfEmpty().Max());
            if (gap.IsNone) _isRepairing = false;
            return gap;
        }
    }

    /// <summary>Goes on with what was read from the database.</summary>
    /// <param name="changes">All that came next.</param>
    /// <param name="seq">The chat's count then.</param>
    public void Fill(IReadOnlyList<ChatEvent> changes, long seq)
    {
        lock (_gate)
        {
            // Of a feed that has ended: its successor's followers have the same group.
            if (_isGone) return;
            _order.Fill(changes, seq);
            if (changes.Count > 0) Advance();
        }
    }

    /// <summary>Goes on after those who may not hear any more have been turned out.</summary>
    /// <param name="accessVersion">The chat's count of removals when that was read.</param>
    /// <param name="asked">The gap because of which it was read.</param>
    /// <returns>false: it was known already.</returns>
    public bool AccessChecked(long accessVersion, FeedGap asked)
    {
        lock (_gate)
        {
            var isNews = _order.AccessChecked(accessVersion, asked);
            if (!_isGone) Advance();
            return isNews;
        }
    }

    private void Drop(Client client)
    {
        if (_joining.Remove(client, out var over)) over.End();
        feeds.Groups.Remove(_group, client);
    }

    private void Advance()
    {
        if (!_order.HasBegun) return;
        var inTurn = _order.Take();
        if (inTurn.Count > 0) Deliver(inTurn);
        if (_order.IsWaiting) Repair();
    }

    private void Deliver(IReadOnlyList<ChatEvent> happened)
    {
        foreach (var run in EventRun.Of(happened)) feeds.Groups.Send(_group, run);
        foreach (var joining in _joining.Values) Deliver(joining, happened);
        feeds.RaiseDelivered(this, happened);
    }

    private void Deliver(Joining joining, IReadOnlyList<ChatEvent> happened)
    {
        try
        {
            foreach (var one in happened)
            {
                if (joining.ToldUpTo < 0) Keep(joining, one);
                else Pass(joining, one);
            }

            if (joining.ToldUpTo >= 0 && _order.Covers(joining.ToldUpTo)) Admit(joining);
        }
        catch (Exception)
        {
            // Whatever it is, it is this client's: it comes again rather than to miss something, and the others hear.
            joining.Client.Cut();
        }
    }

    private Client[] Everybody()
    {
        var members = feeds.Groups.Members(_group);
        return _joining.Count == 0 ? members : [.. members, .. _joining.Keys];
    }

    private static void Keep(Joining joining, ChatEvent happened)
    {
        if (joining.Heard.Count < MaxHeard) joining.Heard.Add(happened);
        else joining.Client.CloseTooSlow();
    }

    private static void Pass(Joining joining, ChatEvent happened)
    {
        var isKnown = happened.Seq > 0 && happened.Seq <= joining.ToldUpTo;
        if (!isKnown && happened.IsFor(joining.Client.UserId)) joining.Client.Send(happened.For(joining.ToldUpTo));
    }

    private void Admit(Joining joining)
    {
        _joining.Remove(joining.Client);

        // Looked at within the feed's turn: a client that goes marks itself first, and then leaves its feeds in theirs.
        if (!joining.Client.IsGone) feeds.Groups.Add(_group, joining.Client);
    }

    private void Repair()
    {
        if (_isRepairing) return;
        _isRepairing = true;
        feeds.Repair(this);
    }
}
