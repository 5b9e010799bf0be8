using System.Collections.Concurrent;

namespace Connectify.Server.Realtime;

/// <summary>Who is online: whoever has a plain socket or hub connection.</summary>
internal sealed class Presence
{
    private readonly ConcurrentDictionary<long, int> _connections = new();

    public bool IsOnline(long userId) => _connections.ContainsKey(userId);

    /// <returns>Whether the user came online with this connection.</returns>
    public bool Connected(long userId) => _connections.AddOrUpdate(userId, 1, (_, count) => count + 1) == 1;

    /// <returns>Whether the user went offline with this connection.</returns>
    public bool Disconnected(long userId)
    {
        var left = _connections.AddOrUpdate(userId, 0, (_, count) => count - 1);

        // Removed only while it is still 0: a connection that came meanwhile has raised it.
        return left == 0 && _connections.TryRemove(new KeyValuePair<long, int>(userId, 0));
    }
}
