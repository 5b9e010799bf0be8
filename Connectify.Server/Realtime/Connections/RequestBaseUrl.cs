namespace Connectify.Server.Realtime.Connections;

/// <summary>Where a WebSocket reached the server.</summary>
internal sealed record RequestBaseUrl(string BaseUrl);
