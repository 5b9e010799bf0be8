using Connectify.Protocol;

namespace Connectify.Server.Kernel;

/// <summary>The two faces of a chat.</summary>
internal enum ChatKind
{
    /// <summary>Two people.</summary>
    Conversation,

    /// <summary>Any number of people, with admins.</summary>
    Group,
}

/// <summary>A chat by kind and id: a conversation's id is none of a group chat, and the other way round.</summary>
internal readonly record struct ChatRef(ChatKind Kind, long Id)
{
    /// <summary>The kind's name in the database.</summary>
    public string KindName => Kind == ChatKind.Conversation ? "conversation" : "group";

    /// <summary>What frames call the chat's id.</summary>
    public string IdField => Kind == ChatKind.Conversation ? "conversation_id" : "group_chat_id";

    public static ChatRef Of(string kindName, long id)
        => new(kindName == "conversation" ? ChatKind.Conversation : ChatKind.Group, id);

    public static ChatRef? Of(ChatName? name) => name switch
    {
        { ConversationId: { } id } => new ChatRef(ChatKind.Conversation, id),
        { GroupChatId: { } id } => new ChatRef(ChatKind.Group, id),
        _ => null,
    };
}
