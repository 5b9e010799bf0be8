using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>
/// The changes of one chat, delivered to this node's followers in their <see cref="Resequencer"/>, and who is on the way in.
/// </summary>
/// <remarks>One lock, never held across an await: what is delivered is only queued, and no queue waits.</remarks>
internal sealed class ChatFeed(ChatRef chat, ChatFeeds feeds)
{
    // Kept for one client while it is told what it missed; one that takes longer than this reads too slowly.
    private const int MaxBuffered = 10_000;

    private readonly Lock _gate = new();
    private readonly Resequencer _resequencer = new();
    private readonly Dictionary<ClientConnection, CatchUp> _catchUps = [];
    private readonly string _group = GroupName(chat);
    private Task? _listening;
    private bool _isBackfilling;
    private bool _isGone;

    public ChatRef Chat => chat;

    public static string GroupName(ChatRef chat) => $"{chat.KindName}:{chat.Id}";

    /// <summary>Begins to keep what happens for a client. To be called before its position is read from the database.</summary>
    /// <param name="client">The client. What it had begun here before, complete or not, gives way: it hears once.</param>
    /// <returns>null: the feed has just ended, there is a new one to be had.</returns>
    public CatchUp? StartBuffering(ClientConnection client)
    {
        lock (_gate)
        {
            if (_isGone) return null;
            Drop(client);
            var catchUp = new CatchUp(client, chat, _listening ??= feeds.Listen(this));
            _catchUps[client] = catchUp;
            return catchUp;
        }
    }

    /// <summary>Takes a client in that has been told everything up to a change, so that it misses and repeats nothing.</summary>
    /// <param name="catchUp">From <see cref="StartBuffering"/>.</param>
    /// <param name="seq">The chat's count when the client's position was read.</param>
    /// <param name="accessVersion">The chat's count of removals then.</param>
    /// <returns>false: the position is too old, or somebody was removed meanwhile; both have to be read anew.</returns>
    public bool TryGoLive(CatchUp catchUp, long seq, long accessVersion)
    {
        lock (_gate)
        {
            if (_catchUps.GetValueOrDefault(catchUp.Client) != catchUp) return true;
            if (!_resequencer.TryBegin(seq, accessVersion)) return false;
            catchUp.DeliveredUpTo = seq;
            foreach (var heard in catchUp.Buffered) Forward(catchUp, heard);
            catchUp.Buffered.Clear();
            if (_resequencer.Covers(catchUp.DeliveredUpTo)) GoLive(catchUp);

            // Behind the database: what is missing is on its way, or is fetched.
            else Backfill();
            Advance();
            return true;
        }
    }

    /// <summary>As <see cref="StartBuffering"/>, for a client that isn't here yet.</summary>
    /// <param name="client">The client.</param>
    /// <param name="isKnown">Whether it is here already, or on its way in: nothing is begun.</param>
    public CatchUp? StartBufferingIfNew(ClientConnection client, out bool isKnown)
    {
        lock (_gate)
        {
            isKnown = Subscribers().Contains(client);
            return isKnown ? null : StartBuffering(client);
        }
    }

    /// <summary>Forgets a client that didn't get in, or is leaving.</summary>
    public void Remove(ClientConnection client)
    {
        lock (_gate)
        {
            Drop(client);
            if (_isGone || _catchUps.Count > 0 || !feeds.Groups.IsEmpty(_group)) return;
            _isGone = true;
            feeds.Forget(this);
            if (_listening is not null) feeds.EndListening(this);
        }
    }

    /// <summary>Takes events from this node or another, in any order and any number of times.</summary>
    /// <param name="happened">One at least; all of them stored, or none.</param>
    public void Receive(IReadOnlyList<ChatEvent> happened)
    {
        lock (_gate)
        {
            if (_isGone) return;
            if (happened[0].Seq == 0)
            {
                Deliver(happened);
                return;
            }

            foreach (var change in happened) _resequencer.Add(change);
            Advance();
        }
    }

    /// <summary>Hears how the chat's counts stand: changes that are missing are fetched, and who may still hear is asked.</summary>
    public void Observe(long seq, long accessVersion)
    {
        lock (_gate)
        {
            if (_resequencer.Observe(seq, accessVersion)) Backfill();
        }
    }

    /// <summary>Who on this node follows the chat, or is about to.</summary>
    public ClientConnection[] LocalSubscribers()
    {
        lock (_gate) return Subscribers();
    }

    /// <summary>Whether what waits does so only for who may still hear.</summary>
    public bool IsAccessStale
    {
        get
        {
            lock (_gate) return _resequencer.IsAccessStale;
        }
    }

    /// <summary>What a repair has to do now; it ends with the first answer that is nothing.</summary>
    public FeedGap Gap()
    {
        lock (_gate)
        {
            var gap = _isGone ? FeedGap.None : _resequencer.Gap(_catchUps.Values.Select(catchUp => catchUp.DeliveredUpTo).DefaultIfEmpty().Max());
            if (gap.IsNone) _isBackfilling = false;
            return gap;
        }
    }

    /// <summary>Goes on with what was read from the database.</summary>
    /// <param name="changes">All that came next.</param>
    /// <param name="seq">The chat's count then.</param>
    public void Apply(IReadOnlyList<ChatEvent> changes, long seq)
    {
        lock (_gate)
        {
            // Of a feed that has ended: its successor's followers have the same group.
            if (_isGone) return;
            _resequencer.Apply(changes, seq);
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
            var isNews = _resequencer.AccessChecked(accessVersion, asked);
            if (!_isGone) Advance();
            return isNews;
        }
    }

    private void Drop(ClientConnection client)
    {
        if (_catchUps.Remove(client, out var over)) over.End();
        feeds.Groups.Remove(_group, client);
    }

    private void Advance()
    {
        if (!_resequencer.HasBegun) return;
        var inTurn = _resequencer.TakeInOrder();
        if (inTurn.Count > 0) Deliver(inTurn);
        if (_resequencer.IsWaiting) Backfill();
    }

    private void Deliver(IReadOnlyList<ChatEvent> happened)
    {
        foreach (var batch in EventBatch.Of(happened)) feeds.Groups.Send(_group, batch);
        foreach (var catchUp in _catchUps.Values) Deliver(catchUp, happened);
        feeds.RaiseDelivered(this, happened);
    }

    private void Deliver(CatchUp catchUp, IReadOnlyList<ChatEvent> happened)
    {
        try
        {
            foreach (var one in happened)
            {
                if (catchUp.DeliveredUpTo < 0) Buffer(catchUp, one);
                else Forward(catchUp, one);
            }

            if (catchUp.DeliveredUpTo >= 0 && _resequencer.Covers(catchUp.DeliveredUpTo)) GoLive(catchUp);
        }
        catch (Exception)
        {
            // Whatever it is, it is this client's: it comes again rather than to miss something, and the others hear.
            catchUp.Client.Abort();
        }
    }

    private ClientConnection[] Subscribers()
    {
        var members = feeds.Groups.Members(_group);
        return _catchUps.Count == 0 ? members : [.. members, .. _catchUps.Keys];
    }

    private static void Buffer(CatchUp catchUp, ChatEvent happened)
    {
        if (catchUp.Buffered.Count < MaxBuffered) catchUp.Buffered.Add(happened);
        else catchUp.Client.CloseTooSlow();
    }

    private static void Forward(CatchUp catchUp, ChatEvent happened)
    {
        var isKnown = happened.Seq > 0 && happened.Seq <= catchUp.DeliveredUpTo;
        if (!isKnown && happened.IsFor(catchUp.Client.UserId)) catchUp.Client.Send(happened.For(catchUp.DeliveredUpTo));
    }

    private void GoLive(CatchUp catchUp)
    {
        _catchUps.Remove(catchUp.Client);

        // Looked at within the feed's turn: a client that goes marks itself first, and then leaves its feeds in theirs.
        if (!catchUp.Client.IsClosed) feeds.Groups.Add(_group, catchUp.Client);
    }

    private void Backfill()
    {
        if (_isBackfilling) return;
        _isBackfilling = true;
        feeds.Backfill(this);
    }
}
