using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// What this node knows of the others, by what they tell of themselves: who is online there, and whether
/// they told everything. It all hangs on a lease that a node's beats renew, so a node that dies leaves
/// nobody behind; nothing is stored in Redis that could outlive it.
/// </summary>
internal sealed class PeerRegistry
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Peer> _peers = [];
    private readonly RedisConnection _redis;
    private readonly Presence _presence;
    private long _version;

    public PeerRegistry(RedisConnection redis, Presence presence)
    {
        (_redis, _presence) = (redis, presence);
        presence.LocalChanged += PublishDiff;
    }

    /// <summary>Raised with the node whose lease ran out.</summary>
    public event Action<long>? Expired;

    /// <summary>Raised when a node says that it could not tell something.</summary>
    public event Action? PossibleLoss;

    /// <summary>This node, a new one with each start.</summary>
    public long Self { get; } = Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>Tells the others that this node lives.</summary>
    /// <returns>Complete when Redis has it, or it is dropped.</returns>
    public Task PublishHeartbeat(long number)
    {
        lock (_gate) return Publish(new Heartbeat(number, _redis.LostCount, _version));
    }

    public void Handle(long node, NodeSignal signal)
    {
        var lost = false;
        lock (_gate)
        {
            if (!_peers.TryGetValue(node, out var peer)) _peers[node] = peer = new Peer();
            peer.HeardAt = Environment.TickCount64;
            switch (signal)
            {
                case Heartbeat beat:
                    lost = peer.Losses is { } known && known != beat.Losses;
                    peer.Losses = beat.Losses;
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
        lock (_gate)
        {
            var oldest = Environment.TickCount64 - (long)Lease.TotalMilliseconds;
            dead = [.. _peers.Where(peer => peer.Value.HeardAt < oldest).Select(peer => peer.Key)];
            foreach (var node in dead)
            {
                _peers.Remove(node, out var peer);
                Replace(peer!, []);
            }
        }

        foreach (var node in dead) Expired?.Invoke(node);
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
        public long HeardAt { get; set; }

        public long? Losses { get; set; }

        /// <summary>-1: who is there has not been told yet.</summary>
        public long Version { get; set; } = -1;

        public HashSet<long> Users { get; set; } = [];
    }
}
