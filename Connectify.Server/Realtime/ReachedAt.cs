namespace Connectify.Server.Realtime;

/// <summary>Where a SignalR client reached the server.</summary>
internal sealed record ReachedAt(string BaseUrl);
