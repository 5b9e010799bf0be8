using System.Collections.Concurrent;
using Connectify.Protocol;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Connections;

/// <summary>
/// The groups of chats. The fan-out never awaits a member, so one that doesn't read delays no other.
/// (SignalR's stock groups await each member's write.)
/// </summary>
internal sealed class ChatGroups(Metrics metrics)
{
    private readonly ConcurrentDictionary<string, Group> _groups = new();

    /// <summary>Sends events to those members of a group that may receive them.</summary>
    public void Send(string groupName, EventBatch batch)
    {
        using var flush = DeferredFlush.Begin();
        var members = Members(groupName);
        foreach (var member in members) Send(member, batch);
        foreach (var happened in batch.Events) metrics.FannedOut(members.Length, happened.PublishedAt);
    }

    private static void Send(ClientConnection member, EventBatch batch)
    {
        try
        {
            member.Send(batch);
        }
        catch (Exception)
        {
            // The failure concerns this member only.
            member.Abort();
        }
    }

    /// <summary>The current members of a group.</summary>
    public ClientConnection[] Members(string groupName) => _groups.TryGetValue(groupName, out var group) ? group.Members() : [];

    public void Add(string groupName, ClientConnection client)
    {
        while (!_groups.GetOrAdd(groupName, static _ => new Group()).TryAdd(client))
        {
            // The group had just ended; the next one is a new one.
        }
    }

    /// <summary>Whether a group has no members.</summary>
    public bool IsEmpty(string groupName) => !_groups.ContainsKey(groupName);

    public void Remove(string groupName, ClientConnection client)
    {
        if (_groups.TryGetValue(groupName, out var group) && group.RemoveAndIsEmpty(client))
        {
            _groups.TryRemove(new KeyValuePair<string, Group>(groupName, group));
        }
    }

    private sealed class Group
    {
        private readonly Lock _gate = new();
        private readonly HashSet<ClientConnection> _clients = [];
        private ClientConnection[]? _members;
        private bool _isGone;

        // A snapshot, rebuilt on demand: a running send keeps its own, and a thousand simultaneous joins
        // don't make a thousand copies.
        public ClientConnection[] Members()
        {
            lock (_gate) return _members ??= [.. _clients];
        }

        public bool TryAdd(ClientConnection client)
        {
            lock (_gate)
            {
                if (_isGone) return false;
                if (_clients.Add(client)) _members = null;
                return true;
            }
        }

        public bool RemoveAndIsEmpty(ClientConnection client)
        {
            lock (_gate)
            {
                if (_clients.Remove(client)) _members = null;
                return _isGone = _clients.Count == 0;
            }
        }
    }
}
