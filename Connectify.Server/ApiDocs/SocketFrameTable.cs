using System.Text.Json.Nodes;
using Connectify.Protocol;
using static Connectify.Server.ApiDocs.ChatNaming;
using static Connectify.Server.ApiDocs.SocketSchemas;

namespace Connectify.Server.ApiDocs;

/// <summary>The sockets there are, as flags: which of them a frame belongs to.</summary>
[Flags]
internal enum Sockets
{
    /// <summary>That of one conversation.</summary>
    Conversation = 1,

    /// <summary>That of one group chat.</summary>
    Group = 2,

    /// <summary>That for all chats.</summary>
    All = 4,

    /// <summary>Every socket.</summary>
    Every = Conversation | Group | All,
}

/// <summary>A kind of frame.</summary>
/// <param name="Name">Its <c>type</c>.</param>
/// <param name="Summary">What it means.</param>
/// <param name="Schema">Its fields.</param>
/// <param name="On">Where it goes.</param>
internal sealed record DescribedFrame(string Name, string Summary, JsonObject Schema, Sockets On = Sockets.Every);

/// <summary>Every frame there is, for <c>/asyncapi.json</c>.</summary>
internal static class SocketFrameTable
{
    public static DescribedFrame[] FromClients() =>
    [
        Frame(Frames.Message, "Send a message. With a client_message_id (1 to 64 characters) a repeat is answered with the first one.",
            Maybe, Text("content"), Id("reply_to").OrNull(), ClientMessageId().OrNull()),
        Frame(Frames.Typing, "Say whether one is typing.", Maybe, Flag("is_typing")),
        Frame(Frames.Read, "Mark one message as read.", Maybe, Id("message_id")),
        Frame(Frames.ReadMessages, "Mark messages as read, each on its own.", Maybe, Ids("message_ids")),
        Frame(Frames.Ping, "Ask for a pong, which comes after everything that was sent before it.", No),
        Frame(Frames.HeartbeatAck, "Answer a heartbeat: welcome, never required.", No, Moment("timestamp").OrNot),
        Frame(Frames.Resume, "Say where one stands in each chat: the answer is a resumed frame for each, then what was missed in it, and in the end an unread frame for each. It counts as one frame for every 50 chats.", No, Positions())
            with { On = Sockets.All },
    ];

    public static DescribedFrame[] FromServer(JsonObject message) =>
    [
        Frame(Frames.Hello, "The first frame. seq is the chat's newest change; the socket for all chats has none, and names no chat.",
            Maybe, Count("seq").OrNot, Flag("resumed"), Id("user_id")),
        Change(Frames.Message, "A new message, sent to everyone in the chat, its sender too.", A("Message", "message")),
        new(Frames.ChatMessage, "The same with `?format=flat`: the fields of the message at the top level.", Flat(message)),
        Change(Frames.MessageUpdated, "A message was edited.", A("Message", "message")),
        Change(Frames.MessageDeleted, "A message was deleted.", Id("message_id")),
        Change(Frames.ReactionAdded, "A user reacted.", Id("message_id"), Id("user_id"), Text("username"), Text("emoji")),
        Change(Frames.ReactionRemoved, "A user removed a reaction.", Id("message_id"), Id("user_id"), Text("username"), Text("emoji")),
        Frame(Frames.Typing, "Another user started or stopped typing.", Always, Id("user_id"), Text("username"), Flag("is_typing")),
        Frame(Frames.Read, "A user read a message for the first time.", Always, Id("user_id"), Id("message_id")),
        Frame(Frames.ReadMessages, "The same for several at once.", Always, Id("user_id"), Ids("message_ids")),
        Frame(Frames.Presence, "Another user came online or went offline. Not told across a block in a conversation.", Always, Id("user_id"), Flag("is_online")),
        Frame(Frames.Heartbeat, "Every 30 s. connection_id is user_ and one's id.", No, Moment("timestamp"), Text("connection_id")),
        Frame(Frames.Pong, "The answer to a ping. client_id is one's name, _ and one's id.", No, Moment("timestamp"), Text("client_id")),
        Frame(Frames.Error, "A frame was refused; the socket stays open.", No,
            Text("code"), Text("detail"), ClientMessageId().OrNot, Count("retry_after_ms").OrNot),
        Group(Frames.MemberAdded, "A user joined the group.", A("User", "user")),
        Group(Frames.MemberRemoved, "A user left the group or was removed.", A("User", "user")),
        Group(Frames.RoleChanged, "A member is now admin or member.", Id("user_id"), Text("role")),
        Group(Frames.ChatUpdated, "Name, description or picture changed.", Text("name"), TextOrNull("description"), TextOrNull("avatar"), Moment("updated_at")),
        Inbox(Frames.ChatAdded, "One is in a chat from now on. seq is its newest change.", Count("seq")),
        Inbox(Frames.ChatRemoved, "One is out of a chat, or it is no more."),
        Inbox(Frames.Unread, "How much of a chat is unread now.", Count("unread_count")),
        Inbox(Frames.Resumed, "The answer to resume. Where resumed is false, too much was missed: fetch it over REST.", Count("seq"), Flag("resumed")),
    ];

    private static DescribedFrame Frame(string name, string summary, ChatNaming naming, params IEnumerable<FrameField> fields)
        => new(name, summary, Object(name, naming, fields));

    /// <summary>A durable change: it has the chat's next number.</summary>
    private static DescribedFrame Change(string name, string summary, params IEnumerable<FrameField> fields)
        => Frame(name, summary, Always, [Id("seq"), .. fields]);

    private static DescribedFrame Group(string name, string summary, params IEnumerable<FrameField> fields)
        => Frame(name, summary, Always, fields) with { On = Sockets.Group | Sockets.All };

    private static DescribedFrame Inbox(string name, string summary, params IEnumerable<FrameField> fields)
        => Frame(name, summary, Always, fields) with { On = Sockets.All };

    private static FrameField ClientMessageId()
        => new("client_message_id", new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 64 });

    private static FrameField Positions() => new("chats", new JsonObject
    {
        ["type"] = "array",
        ["maxItems"] = FrameReader.MaxListLength,
        ["items"] = Object(null, Always, Count("since").OrNot),
    });

    private static FrameField OrNull(this FrameField field)
        => (field with { Schema = new JsonObject { ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "null" }, field.Schema) } }).OrNot;

    // Keep in step with the message object.
    private static JsonObject Flat(JsonObject message)
    {
        var fields = message["properties"]!.AsObject()
            .Select(field => new FrameField(FlatName(field.Key), field.Value!.DeepClone().AsObject()));
        return Object(Frames.ChatMessage, No, fields);
    }

    private static string FlatName(string name) => name switch { "id" => "message_id", "created_at" => "timestamp", _ => name };
}
