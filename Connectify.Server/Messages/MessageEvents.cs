using Connectify.Protocol;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Messages;

/// <summary>Events for changes to messages. Each carries its change's seq.</summary>
internal static class MessageEvents
{
    /// <summary>A new message. Its URLs still carry <see cref="PublicUrls.Placeholder"/>.</summary>
    public static ChatEvent Sent(MessageView message, long accessVersion)
        => Change(message.Chat(), message.Seq, accessVersion, Frames.Message, new { message }) with { Actor = message.SenderId };

    /// <summary>
    /// The answer to a repeated send, for its socket alone. Without the message's seq: it stands outside of the
    /// stream; a client that took it as its position would resume too late.
    /// </summary>
    public static byte[] Repeated(MessageView message) => FramePayload.Of(message.Chat(), 0, new { message });

    public static ChatEvent Updated(MessageView message, long accessVersion)
        => Change(message.Chat(), message.Seq, accessVersion, Frames.MessageUpdated, new { message });

    public static ChatEvent Deleted(ChatRef chat, long seq, long accessVersion, long messageId)
        => Change(chat, seq, accessVersion, Frames.MessageDeleted, new { message_id = messageId });

    public static ChatEvent Reacted(ChatRef chat, long seq, long accessVersion, ReactionView reaction, bool isAdded)
        => Change(chat, seq, accessVersion, isAdded ? Frames.ReactionAdded : Frames.ReactionRemoved, new
        {
            message_id = reaction.MessageId,
            user_id = reaction.UserId,
            username = reaction.Username,
            emoji = reaction.Emoji,
        });

    private static ChatEvent Change(ChatRef chat, long seq, long accessVersion, string name, object payload)
        => new(chat.Id, name, FramePayload.Of(chat, seq, payload)) { Seq = seq, AccessVersion = accessVersion };
}
