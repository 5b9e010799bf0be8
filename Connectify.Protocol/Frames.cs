namespace Connectify.Protocol;

/// <summary>The names of frames, each once: they are the wire.</summary>
public static class Frames
{
#pragma warning disable CS1591 // docs/protocol.md says what each one carries; here their names say it

    // Both ways
    public const string Message = "message";
    public const string Typing = "typing";
    public const string Read = "read";
    public const string ReadMessages = "read_messages";

    // From clients
    public const string Ping = "ping";
    public const string HeartbeatAck = "heartbeat_ack";
    public const string Resume = "resume";

    // To clients
    public const string ChatMessage = "chat_message";
    public const string Heartbeat = "heartbeat";
    public const string Pong = "pong";
    public const string Hello = "hello";
    public const string Error = "error";
    public const string Resumed = "resumed";
    public const string MessageUpdated = "message_updated";
    public const string MessageDeleted = "message_deleted";
    public const string ReactionAdded = "reaction_added";
    public const string ReactionRemoved = "reaction_removed";
    public const string MemberAdded = "member_added";
    public const string MemberRemoved = "member_removed";
    public const string RoleChanged = "role_changed";
    public const string ChatUpdated = "chat_updated";
    public const string ChatAdded = "chat_added";
    public const string ChatRemoved = "chat_removed";
    public const string Presence = "presence";
    public const string Unread = "unread";
}
