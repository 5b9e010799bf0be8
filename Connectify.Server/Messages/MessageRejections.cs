namespace Connectify.Server.Messages;

/// <summary>Why something can't be done with a message; the sentences are the documents' where they give one.</summary>
internal static class MessageRejections
{
    public static Rejection NotFound { get; } = Rejection.NotFound("message_not_found", "Message not found");

    public static Rejection NoSuchReply { get; }
        = Rejection.Field("reply_to", "reply_not_found", "The message replied to is not in this chat");

    public static Rejection TooManyReactions { get; }
        = Rejection.Field("emoji", "too_many_reactions", $"One user reacts to a message with at most {MessageRules.MaxReactionsEach} emojis");

    public static Rejection NotYoursToEdit { get; }
        = Rejection.Forbidden("not_your_message", "You can only edit your own messages");

    public static Rejection NotYoursToDelete { get; }
        = Rejection.Forbidden("not_your_message", "You can only delete your own messages");

    /// <summary>Some ids to mark as read are no messages of the chat; the others were marked.</summary>
    public static Rejection NotAllFound(IEnumerable<long> ids)
        => Rejection.BadRequest("message_not_found", $"Not messages of this chat: {string.Join(", ", ids.Take(10))}");
}
