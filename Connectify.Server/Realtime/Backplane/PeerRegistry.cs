using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// What this node knows of the others, by what they publish of themselves: who is online there, whether they published
/// everything, and whether they hear this node. All of it expires with a node's heartbeat lease, so a crash leaves no stale
/// users; nothing is stored in Redis.
/// </summary>
/// <remarks>
/// A node's own heartbeats come back from any server, also from a master that was demoted, whose messages reach nobody at
/// the new one. Only the others' acknowledgements prove that the others hear.
/// </remarks>
internal sealed class PeerRegistry
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1.3);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    // Heartbeats of a peer. One may cross ours on the way; two without news of ours are no accident.
    private const int MaxUnacknowledged = 2;

    // Of a peer's own, in heartbeats: a peer that doesn't hear itself is the deaf one.
    private const int MaxOwnLag = 3;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Peer> _peers = [];
    private readonly RedisConnection _redis;
    private readonly Presence _presence;
    private long _version;
    private long _published;

    public PeerRegistry(RedisConnection redis, Presence presence)
    {
        (_redis, _presence) = (redis, presence);
        presence.LocalChanged += PublishDiff;
    }

    /// <summary>Raised with the node whose lease ran out.</summary>
    public event Action<long>? Expired;

    /// <summary>Raised when a node has published something that did not come here, or could not publish it.</summary>
    public event Action? PossibleLoss;

    /// <summary>Raised while a node is silent: whatever it commits now is not heard here.</summary>
    public event Action? PeerSilent;

    /// <summary>Raised when a node that is heard here no longer hears this one.</summary>
    public event Action? Unheard;

    /// <summary>Whether a node that is heard here does not hear this one: it publishes at a server where the others aren't.</summary>
    public bool IsUnheard
    {
        get
        {
            lock (_gate) return _peers.Values.Any(peer => peer.Unacknowledged >= MaxUnacknowledged && !peer.IsSilent);
        }
    }

    /// <summary>This node, a new one with each start.</summary>
    public long Self { get; } = Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>Tells the others that this node lives, and which heartbeats of theirs it has received.</summary>
    /// <param name="number">Counts this node's heartbeats.</param>
    /// <param name="ownHeard">The newest of them that came back.</param>
    /// <returns>Complete when Redis has it, or it is dropped.</returns>
    public Task PublishHeartbeat(long number, long ownHeard)
    {
        lock (_gate)
        {
            _published = number;
            var heard = _peers.Where(peer => peer.Value.Number > 0).ToDictionary(peer => peer.Key, peer => peer.Value.Number);
            heard[Self] = ownHeard;
            return Publish(new Heartbeat(number, _redis.LostCount, _version, heard));
        }
    }

    public void Handle(long node, NodeSignal signal)
    {
        bool lost = false, unheard = false;
        lock (_gate)
        {
            if (!_peers.TryGetValue(node, out var peer)) _peers[node] = peer = new Peer { PublishedByUs = _published };
            peer.HeardAt = Environment.TickCount64;
            switch (signal)
            {
                case Heartbeat beat:
                    // The first of a node that has lived for longer: its earlier ones, and its events with them, went elsewhere.
                    lost = peer.Losses is { } known ? known != beat.Losses : beat.Number > 1;
                    (peer.Losses, peer.Number) = (beat.Losses, beat.Number);
                    unheard = CountUnacknowledged(peer, node, beat);
                    if (peer.Version != beat.PresenceVersion) _ = Publish(new PresenceQuery(node));
                    break;

                // Out of turn, one has been missed: the next beat shows it.
                case PresenceDiff change when change.PresenceVersion == peer.Version + 1:
                    peer.Version++;
                    if (change.IsHere ? peer.Users.Add(change.UserId) : peer.Users.Remove(change.UserId)) _presence.SetRemote([change.UserId], change.IsHere);
                    break;
                case PresenceSnapshot { UserIds: { } users } all when all.PresenceVersion >= peer.Version:
                    peer.Version = all.PresenceVersion;
                    Replace(peer, [.. users]);
                    break;
                case PresenceQuery question when question.Node == Self:
                    _ = Publish(new PresenceSnapshot(_version, [.. _presence.Local]));
                    break;
            }
        }

        if (lost) PossibleLoss?.Invoke();
        if (unheard) Unheard?.Invoke();
    }

    /// <summary>Gives every node a new lease: while Redis was away, their silence said nothing.</summary>
    public void RenewAllLeases()
    {
        lock (_gate)
        {
            foreach (var peer in _peers.Values) peer.HeardAt = Environment.TickCount64;
        }
    }

    /// <summary>Forgets the nodes whose lease has run out.</summary>
    public void Expire()
    {
        List<long> dead;
        var isAnySilent = false;
        lock (_gate)
        {
            foreach (var peer in _peers.Values) isAnySilent |= peer.IsSilent && peer.IsLookDue();
            var oldest = Environment.TickCount64 - (long)Lease.TotalMilliseconds;
            dead = [.. _peers.Where(peer => peer.Value.HeardAt < oldest).Select(peer => peer.Key)];
            foreach (var node in dead)
            {
                _peers.Remove(node, out var peer);
                Replace(peer!, []);
            }
        }

        if (isAnySilent) PeerSilent?.Invoke();
        foreach (var node in dead) Expired?.Invoke(node);
    }

    /// <returns>Whether the peer has just shown that it doesn't hear this node.</returns>
    private bool CountUnacknowledged(Peer peer, long node, Heartbeat beat)
    {
        // Without a heartbeat of ours since the last look, as after a pause of this process, there is nothing to acknowledge.
        if (beat.Heard is not { } heard || heard.GetValueOrDefault(node) < beat.Number - MaxOwnLag || peer.PublishedByUs == _published) return false;
        peer.PublishedByUs = _published;
        var acknowledged = heard.GetValueOrDefault(Self);
        peer.Unacknowledged = acknowledged > peer.Acknowledged ? 0 : peer.Unacknowledged + 1;
        peer.Acknowledged = Math.Max(acknowledged, peer.Acknowledged);
        return peer.Unacknowledged == MaxUnacknowledged;
    }

    private void Replace(Peer peer, HashSet<long> users)
    {
        long[] came = [.. users.Except(peer.Users)], went = [.. peer.Users.Except(users)];
        peer.Users = users;
        _presence.SetRemote(came, isThere: true);
        _presence.SetRemote(went, isThere: false);
    }

    private void PublishDiff(long userId)
    {
        // What holds now, not what happened: of two changes at once the last told is then the last that was.
        lock (_gate) _ = Publish(new PresenceDiff(++_version, userId, _presence.IsLocal(userId)));
    }

    private Task Publish(NodeSignal signal) => _redis.Publish(RedisChannels.Nodes, Envelope.Of(Self, signal), isCounted: false);

    private sealed class Peer
    {
        private long _nextLook;

        public long HeardAt { get; set; }

        public bool IsSilent => Environment.TickCount64 - HeardAt > Silence.TotalMilliseconds;

        /// <summary>The newest heartbeat that was received.</summary>
        public long Number { get; set; }

        /// <summary>The newest heartbeat of this node that the peer says it has received.</summary>
        public long Acknowledged { get; set; }

        /// <summary>How many heartbeats of the peer in a row brought no newer acknowledgement.</summary>
        public int Unacknowledged { get; set; }

        /// <summary>This node's newest heartbeat when that was last counted.</summary>
        public long PublishedByUs { get; set; }

        public long? Losses { get; set; }

        /// <summary>-1: who is there has not been told yet.</summary>
        public long Version { get; set; } = -1;

        public HashSet<long> Users { get; set; } = [];

        /// <summary>Whether the database is to be asked what a silent peer has done; true once in a while.</summary>
        public bool IsLookDue()
        {
            var now = Environment.TickCount64;
            if (now < _nextLook) return false;
            _nextLook = now + (long)BetweenLooks.TotalMilliseconds;
            return true;
        }
    }
}
