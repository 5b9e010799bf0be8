using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>
/// Delivers a chat's changes to local subscribers in the order of seq (<see cref="Resequencer"/>); subscribers that are
/// still catching up get them by <see cref="CatchUps"/>.
/// </summary>
/// <remarks>One lock, never held across an await: what is delivered is only queued, and no queue waits.</remarks>
internal sealed class ChatFeed
{
    private readonly Lock _gate = new();
    private readonly Resequencer _resequencer = new();
    private readonly CatchUps _catchUps;
    private readonly ChatGroups _groups;
    private readonly IFeedHost _host;
    private readonly string _group;
    private Task? _listening;
    private bool _isBackfilling;
    private bool _isGone;

    public ChatFeed(ChatRef chat, ChatGroups groups, IFeedHost host)
    {
        (Chat, _groups, _host, _group) = (chat, groups, host, GroupName(chat));
        _catchUps = new CatchUps(chat, _resequencer, client => groups.Add(_group, client));
    }

    public ChatRef Chat { get; }

    public static string GroupName(ChatRef chat) => $"{chat.KindName}:{chat.Id}";

    /// <summary>Begins to keep what happens for a client. To be called before its position is read from the database.</summary>
    /// <param name="client">The client. An earlier join of it here, complete or not, is replaced: each event arrives once.</param>
    /// <returns>null: the feed has just ended, there is a new one to be had.</returns>
    public CatchUp? StartBuffering(ClientConnection client)
    {
        lock (_gate)
        {
            if (_isGone) return null;
            Drop(client);
            var catchUp = _catchUps.Start(client, _listening ??= _host.Listen(this));
            _host.Followed(this, client);
            return catchUp;
        }
    }

    /// <summary>Adds a client whose backlog, up to a change, has been sent, without a gap or a repeat.</summary>
    /// <param name="catchUp">From <see cref="StartBuffering"/>.</param>
    /// <param name="seq">The chat's count when the client's position was read.</param>
    /// <param name="accessVersion">The chat's count of removals then.</param>
    /// <returns>false: the position is too old, or a member was removed meanwhile; read both again.</returns>
    public bool TryGoLive(CatchUp catchUp, long seq, long accessVersion)
    {
        lock (_gate)
        {
            if (!_catchUps.Contains(catchUp)) return true;
            if (!_resequencer.TryBegin(seq, accessVersion)) return false;

            // Behind the database: what is missing is on its way, or is fetched.
            if (!_catchUps.TryRelease(catchUp, seq)) Backfill();
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
            if (_isGone || !_catchUps.IsEmpty || !_groups.IsEmpty(_group)) return;
            _isGone = true;
            _host.End(this, isHeard: _listening is not null);
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

    /// <summary>Takes the chat's current counts: backfills missing changes, and checks membership if a removal was missed.</summary>
    public void Observe(long seq, long accessVersion)
    {
        lock (_gate)
        {
            if (_resequencer.Observe(seq, accessVersion)) Backfill();
        }
    }

    /// <summary>This node's subscribers, those that are catching up included.</summary>
    public ClientConnection[] LocalSubscribers()
    {
        lock (_gate) return Subscribers();
    }

    /// <summary>Whether changes wait only for the check of who is still a member.</summary>
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
            var gap = _isGone ? FeedGap.None : _resequencer.Gap(_catchUps.DeliveredUpTo);
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

    /// <summary>Continues after removed members have been evicted.</summary>
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
        _catchUps.Drop(client);
        _groups.Remove(_group, client);
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
        foreach (var batch in EventBatch.Of(happened)) _groups.Send(_group, batch);
        _catchUps.Deliver(happened);
        _host.Delivered(this, happened);
    }

    private ClientConnection[] Subscribers()
    {
        var members = _groups.Members(_group);
        return _catchUps.IsEmpty ? members : [.. members, .. _catchUps.Clients];
    }

    private void Backfill()
    {
        if (_isBackfilling) return;
        _isBackfilling = true;
        _host.Backfill(this);
    }
}
