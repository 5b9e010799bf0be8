using Connectify.Server.Chats;

namespace Connectify.Server.Realtime;

/// <summary>What a plain socket was opened for.</summary>
/// <param name="Chat">The chat in its URL; null: the socket for all chats.</param>
/// <param name="Since">The last change it knows; null: it asked for none.</param>
/// <param name="IsFlat">Whether new messages take the flat form.</param>
/// <param name="Refused">Told when the chat turns out not to be its user's.</param>
/// <param name="Welcomed">Told when it is in.</param>
internal sealed record RawSocket(ChatRef? Chat, long? Since, bool IsFlat, Action Refused, Action Welcomed);
