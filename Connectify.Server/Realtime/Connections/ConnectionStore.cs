using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Connectify.Server.Realtime.Connections;

/// <summary>The connections of this node, by id and by user.</summary>
internal sealed class ConnectionStore
{
    private readonly ConcurrentDictionary<string, ClientConnection> _byId = new();
    private readonly ConcurrentDictionary<long, ClientConnection[]> _byUser = new();

    /// <summary>All that are here; those that come or go meanwhile may be among them or not.</summary>
    public IEnumerable<ClientConnection> All => _byId.Select(static entry => entry.Value);

    public bool TryGet(string connectionId, [MaybeNullWhen(false)] out ClientConnection client) => _byId.TryGetValue(connectionId, out client);

    public IReadOnlyList<ClientConnection> OfUser(long userId) => _byUser.GetValueOrDefault(userId) ?? [];

    /// <returns>How many connections the user has with this one.</returns>
    public int Add(ClientConnection client)
    {
        _byId[client.Id] = client;
        return _byUser.AddOrUpdate(client.Caller.UserId, [client], (_, others) => [.. others, client]).Length;
    }

    /// <returns>The client, if it was here.</returns>
    public ClientConnection? Remove(string connectionId)
    {
        if (!_byId.TryRemove(connectionId, out var client)) return null;
        var left = _byUser.AddOrUpdate(client.Caller.UserId, [], (_, all) => [.. all.Where(other => other != client)]);

        // Compared by reference: a connection that came meanwhile has put another array there.
        if (left.Length == 0) _byUser.TryRemove(new KeyValuePair<long, ClientConnection[]>(client.Caller.UserId, left));
        return client;
    }
}
