namespace Connectify.Server.Chats;

/// <summary>Refusals of chat operations; the sentences are the documents'.</summary>
internal static class ChatRejections
{
    public static Rejection BlockedByUser { get; } = Rejection.Forbidden("blocked_by_user", "You have been blocked by this user");

    public static Rejection UserBlocked { get; } = Rejection.Forbidden("user_blocked", "You have blocked this user");

    private static readonly Rejection NoConversation = Rejection.NotFound("conversation_not_found", "Conversation not found");
    private static readonly Rejection NoGroupChat = Rejection.NotFound("group_chat_not_found", "Group chat not found");
    private static readonly Rejection NoParticipant
        = Rejection.Forbidden("not_a_participant", "You are not a participant in this conversation");

    private static readonly Rejection NoMember = Rejection.Forbidden("not_a_member", "You are not a member of this group chat");

    public static Rejection NotFound(ChatKind kind) => kind == ChatKind.Conversation ? NoConversation : NoGroupChat;

    public static Rejection NotIn(ChatKind kind) => kind == ChatKind.Conversation ? NoParticipant : NoMember;
}
