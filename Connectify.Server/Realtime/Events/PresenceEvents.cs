using Connectify.Protocol;

namespace Connectify.Server.Realtime.Events;

/// <summary>Presence events of a chat's members.</summary>
internal static class PresenceEvents
{
    /// <summary>For the others in the chat.</summary>
    public static ChatEvent Of(ChatRef chat, long userId, bool isOnline)
        => new(chat.Id, Frames.Presence, FramePayload.Of(chat, 0, new { user_id = userId, is_online = isOnline })) { ExceptUser = userId };
}
