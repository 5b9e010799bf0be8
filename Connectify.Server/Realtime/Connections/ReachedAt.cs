namespace Connectify.Server.Realtime.Connections;

/// <summary>Where a WebSocket reached the server.</summary>
internal sealed record ReachedAt(string BaseUrl);
