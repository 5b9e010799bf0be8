namespace Connectify.Server.Realtime.Connections;

/// <summary>What a plain socket was opened for.</summary>
/// <param name="Chat">The chat in its URL; null: the socket for all chats.</param>
/// <param name="Since">The last change it knows; null: it asked for none.</param>
/// <param name="IsFlat">Whether new messages take the flat form.</param>
/// <param name="Attempt">Identifies the attempt to the throttle, should the join be refused.</param>
internal sealed record SocketBinding(ChatRef? Chat, long? Since, bool IsFlat, ConnectAttempt Attempt);
