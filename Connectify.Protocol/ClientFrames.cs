namespace Connectify.Protocol;

/// <summary>What is wrong with a frame, in the terms of an <c>error</c> frame.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Detail">For people.</param>
/// <param name="ClientMessageId">The id the client gave its message, if any.</param>
public sealed record FrameProblem(string Code, string Detail, string? ClientMessageId = null);

/// <summary>A frame from a plain socket, or the argument of the hub method of the same name.</summary>
public abstract record ClientFrame
{
    /// <summary>Why the frame can't be taken; null when it can.</summary>
    public FrameProblem? Problem { get; init; }
}

/// <summary>Which chat a frame names: exactly one of the two is there.</summary>
/// <param name="ConversationId">A conversation, or null.</param>
/// <param name="GroupChatId">A group chat, or null.</param>
public sealed record ChatName(long? ConversationId, long? GroupChatId);

/// <summary>A frame about one chat.</summary>
public abstract record ChatFrame : ClientFrame
{
    /// <summary>The chat; null on a socket that is bound to one.</summary>
    public ChatName? Chat { get; init; }
}

/// <summary><c>message</c>, <c>SendMessage</c>.</summary>
public sealed record SendFrame : ChatFrame
{
    /// <summary>The text, exactly as sent.</summary>
    public string Content { get; init; } = "";

    /// <summary>The message answered, or null.</summary>
    public long? ReplyTo { get; init; }

    /// <summary>Makes the send idempotent; 1–64 characters, or null.</summary>
    public string? ClientMessageId { get; init; }
}

/// <summary><c>typing</c>, <c>Typing</c>.</summary>
public sealed record TypingFrame : ChatFrame
{
    /// <summary>Whether the user is typing now.</summary>
    public bool IsTyping { get; init; }
}

/// <summary><c>read</c>, <c>read_messages</c>, <c>Read</c>.</summary>
public sealed record ReadFrame : ChatFrame
{
    /// <summary>The messages read, 1 to 1,000.</summary>
    public IReadOnlyList<long> MessageIds { get; init; } = [];

    /// <summary>Whether they came as a list, and are told as one.</summary>
    public bool IsBatch { get; init; }
}

/// <summary><c>Join</c>, and one entry of <c>resume</c>.</summary>
public sealed record JoinFrame : ChatFrame
{
    /// <summary>The last change the client knows; null: it asks for none. <see cref="NoSuchSeq"/>: something that can't be a seq.</summary>
    public long? Since { get; init; }

    /// <summary>Whether the client waits for an answer; the hub's <c>Join</c> can be sent without.</summary>
    public bool IsAnswered { get; init; } = true;

    /// <summary>Stands for a <c>since</c> that is garbage: it is answered with <c>resumed: false</c>.</summary>
    public const long NoSuchSeq = -1;
}

/// <summary><c>Leave</c>.</summary>
public sealed record LeaveFrame : ChatFrame;

/// <summary>A frame about many chats.</summary>
public abstract record ManyChatsFrame : ClientFrame
{
    /// <summary>Where the client stands in each chat, at most 1,000.</summary>
    public IReadOnlyList<JoinFrame> Chats { get; init; } = [];
}

/// <summary><c>resume</c> on the socket for all chats.</summary>
public sealed record ResumeFrame : ManyChatsFrame;

/// <summary><c>JoinMany</c>.</summary>
public sealed record JoinManyFrame : ManyChatsFrame
{
    /// <summary>Whether the client waits for an answer.</summary>
    public bool IsAnswered { get; init; } = true;
}
