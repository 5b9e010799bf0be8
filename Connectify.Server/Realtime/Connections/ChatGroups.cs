using System.Collections.Concurrent;
using Connectify.Protocol;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Connections;

/// <summary>
/// SignalR's groups with a fan-out that waits for nobody: a member who doesn't read costs the others
/// nothing. (The stock one awaits each member's write.)
/// </summary>
internal sealed class ChatGroups(Metrics metrics)
{
    private readonly ConcurrentDictionary<string, Group> _groups = new();

    /// <summary>Sends events to the members of a group whom they are for.</summary>
    public void Send(string groupName, EventBatch batch)
    {
        using var round = WriteRound.Begin();
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
            // Whatever it is, it is this member's; the others hear.
            member.Abort();
        }
    }

    /// <summary>Who is in a group now.</summary>
    public ClientConnection[] Members(string groupName) => _groups.TryGetValue(groupName, out var group) ? group.Members() : [];

    public void Add(string groupName, ClientConnection client)
    {
        while (!_groups.GetOrAdd(groupName, static _ => new Group()).TryAdd(client))
        {
            // The group had just ended; the next one is a new one.
        }
    }

    /// <summary>Whether nobody is in a group now.</summary>
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

        // A copy, made again only when somebody wants it: whoever is sending goes on over the one he has, and
        // a thousand who come at once don't make a thousand copies.
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
