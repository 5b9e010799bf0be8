using System.Collections.Concurrent;

namespace Connectify.Server.Realtime.Events;

/// <summary>The online users: those with a plain socket or hub connection, at any node.</summary>
internal sealed class Presence
{
    private readonly ConcurrentDictionary<long, int> _connections = new();

    // How many other nodes say so.
    private readonly ConcurrentDictionary<long, int> _remote = new();

    /// <summary>Raised when a user goes online or offline at this node.</summary>
    public event Action<long>? LocalChanged;

    /// <summary>Raised when users may have gone online or offline, over all nodes.</summary>
    public event Action<IReadOnlyCollection<long>>? Changed;

    /// <summary>The users online at this node.</summary>
    public ICollection<long> Local => _connections.Keys;

    public bool IsLocal(long userId) => _connections.ContainsKey(userId);

    public bool IsOnline(long userId) => _connections.ContainsKey(userId) || _remote.ContainsKey(userId);

    public void Connected(long userId)
    {
        if (Count(_connections, userId, 1)) RaiseLocal(userId);
    }

    public void Disconnected(long userId)
    {
        if (Count(_connections, userId, -1)) RaiseLocal(userId);
    }

    /// <summary>Takes it that users came online at another node, or went.</summary>
    public void SetRemote(IReadOnlyCollection<long> userIds, bool isThere)
    {
        var changed = userIds.Where(userId => Count(_remote, userId, isThere ? 1 : -1)).ToList();
        if (changed.Count > 0) Changed?.Invoke(changed);
    }

    private void RaiseLocal(long userId)
    {
        LocalChanged?.Invoke(userId);
        Changed?.Invoke([userId]);
    }

    /// <returns>Whether it was the first, or the last.</returns>
    private static bool Count(ConcurrentDictionary<long, int> counts, long userId, int step)
    {
        var now = counts.AddOrUpdate(userId, step, (_, count) => count + step);

        // Removed only while it is still 0: a connection that came meanwhile has raised it.
        return step > 0 ? now == 1 : now == 0 && counts.TryRemove(new KeyValuePair<long, int>(userId, 0));
    }
}
