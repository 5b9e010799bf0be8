using System.Text.Json;

namespace Connectify.Protocol;

/// <summary>
/// Reads frames from clients. Nothing a client sends makes it throw: a frame that can't be taken comes
/// back with its <see cref="ClientFrame.Problem"/>.
/// </summary>
public static class FrameReader
{
    /// <summary>The most message ids in one frame, and chats in one <c>resume</c>.</summary>
    public const int MaxListLength = 1000;

    private const int MaxClientMessageIdLength = 64;

    /// <summary>Reads the fields of <typeparamref name="T"/> from a JSON object.</summary>
    public static T Read<T>(JsonElement json)
        where T : ClientFrame, new()
    {
        try
        {
            return ReadFields<T>(json);
        }
        catch (InvalidOperationException)
        {
            // A name with half a surrogate pair, which System.Text.Json compares with none.
            return (T)((ClientFrame)new T() with { Problem = new FrameProblem("invalid_frame", "A field's name is no Unicode text") });
        }
    }

    private static T ReadFields<T>(JsonElement json)
        where T : ClientFrame, new()
    {
        var fields = new FrameFields(json);
        ClientFrame frame = new T() switch
        {
            SendFrame => ReadSend(fields),
            TypingFrame => new TypingFrame { IsTyping = fields.Flag("is_typing"), Chat = fields.Chat() },
            ReadFrame => ReadRead(fields),
            JoinFrame => new JoinFrame { Since = fields.Seq("since"), Chat = fields.Chat() },
            LeaveFrame => new LeaveFrame { Chat = fields.Chat() },
            ResumeFrame => new ResumeFrame { Chats = [.. fields.Objects("chats", MaxListLength).Select(Read<JoinFrame>)] },
            var other => throw new NotSupportedException(other.GetType().Name),
        };
        var problem = fields.Problem ?? (frame as ResumeFrame)?.Chats.FirstOrDefault(chat => chat.Problem is not null)?.Problem;
        return (T)frame with { Problem = problem };
    }

    private static SendFrame ReadSend(FrameFields fields)
    {
        var clientMessageId = fields.Text("client_message_id", isRequired: false);
        fields.ClientMessageId = clientMessageId is { Length: <= MaxClientMessageIdLength } ? clientMessageId : null;
        if (clientMessageId is { Length: 0 or > MaxClientMessageIdLength } || clientMessageId?.Contains('\0', StringComparison.Ordinal) == true)
        {
            fields.Fault($"client_message_id must have 1 to {MaxClientMessageIdLength} characters");
        }

        return new SendFrame
        {
            Chat = fields.Chat(),
            Content = fields.Text("content", isRequired: true) ?? "",
            ReplyTo = fields.Id("reply_to", isRequired: false),
            ClientMessageId = fields.ClientMessageId,
        };
    }

    private static ReadFrame ReadRead(FrameFields fields)
    {
        // The frame read_messages and the hub's Read carry a list; the frame read carries one id.
        var isBatch = fields.Has("message_ids") || fields.IsOfType(Frames.ReadMessages);
        return new ReadFrame
        {
            Chat = fields.Chat(),
            IsBatch = isBatch,
            MessageIds = isBatch ? fields.Ids("message_ids", MaxListLength) : [fields.Id("message_id", isRequired: true) ?? 0],
        };
    }
}
