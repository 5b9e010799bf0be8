using System.Text.Json;

namespace Connectify.Protocol;

/// <summary>
/// Reads frames from clients. Nothing a client sends makes it throw: a frame that can't be taken comes
/// back with its <see cref="ClientFrame.Problem"/>.
/// </summary>
public static class FrameReader
{
    /// <summary>The most message ids in one frame, and chats in one <c>resume</c> or <c>JoinMany</c>.</summary>
    public const int MaxListLength = 1000;

    private const int MaxClientMessageIdLength = 64;

    /// <summary>Reads the fields of <typeparamref name="T"/> from a JSON object.</summary>
    public static T Read<T>(JsonElement json)
        where T : ClientFrame, new()
    {
        if (json.ValueKind != JsonValueKind.Object) return Invalid<T>("A JSON object is expected");
        try
        {
            return ReadFields<T>(json);
        }
        catch (InvalidOperationException)
        {
            // A name with half a surrogate pair, which System.Text.Json compares with none.
            return Invalid<T>("A field's name is no Unicode text");
        }
    }

    private static T Invalid<T>(string sentence)
        where T : ClientFrame, new()
        => new T() with { Problem = new FrameProblem("invalid_frame", sentence) };

    private static T ReadFields<T>(JsonElement json)
        where T : ClientFrame, new()
    {
        var fields = new JsonFields(json);
        ClientFrame frame = new T() switch
        {
            SendFrame => ReadSend(fields),
            TypingFrame => new TypingFrame { IsTyping = fields.RequiredFlag("is_typing"), Chat = ReadChat(fields) },
            ReadFrame => ReadRead(json, fields),
            JoinFrame => new JoinFrame { Since = ReadSince(json), Chat = ReadChat(fields) },
            LeaveFrame => new LeaveFrame { Chat = ReadChat(fields) },
            ResumeFrame => new ResumeFrame { Chats = ReadPositions(fields) },
            JoinManyFrame => new JoinManyFrame { Chats = ReadPositions(fields) },
            var other => throw new NotSupportedException(other.GetType().Name),
        };
        var problem = fields.FirstError is { } error
            ? new FrameProblem("invalid_frame", error, (frame as SendFrame)?.ClientMessageId)
            : (frame as ManyChatsFrame)?.Chats.FirstOrDefault(chat => chat.Problem is not null)?.Problem;
        return (T)frame with { Problem = problem };
    }

    private static JoinFrame[] ReadPositions(JsonFields fields) => [.. fields.RequiredList("chats", MaxListLength).Select(Read<JoinFrame>)];

    private static SendFrame ReadSend(JsonFields fields)
    {
        var clientMessageId = fields.Text("client_message_id");
        if (clientMessageId is { Length: 0 or > MaxClientMessageIdLength } || clientMessageId?.Contains('\0', StringComparison.Ordinal) == true)
        {
            fields.AddError("client_message_id", $"Must have 1 to {MaxClientMessageIdLength} characters");
        }

        var chat = ReadChat(fields);
        if (fields.IsMissing("content")) fields.AddError("content", JsonFields.Required);
        return new SendFrame
        {
            Chat = chat,
            Content = fields.Text("content") ?? "",
            ReplyTo = fields.Id("reply_to"),

            // Not one that is too long to be told along with the problem.
            ClientMessageId = clientMessageId is { Length: <= MaxClientMessageIdLength } ? clientMessageId : null,
        };
    }

    private static ReadFrame ReadRead(JsonElement json, JsonFields fields)
    {
        // The frame read_messages and the hub's Read carry a list; the frame read carries one id.
        var isBatch = !fields.IsMissing("message_ids")
            || (json.TryGetProperty("type", out var type) && JsonFields.TryText(type, out var name) && name == Frames.ReadMessages);
        return new ReadFrame
        {
            Chat = ReadChat(fields),
            IsBatch = isBatch,
            MessageIds = isBatch ? fields.RequiredIds("message_ids", MaxListLength) : [fields.RequiredId("message_id")],
        };
    }

    // Garbage is no error, but a position that can't be resumed from.
    private static long? ReadSince(JsonElement json)
    {
        if (!json.TryGetProperty("since", out var since) || since.ValueKind == JsonValueKind.Null) return null;
        return since.ValueKind == JsonValueKind.Number && since.TryGetInt64(out var seq) && seq >= 0 ? seq : JoinFrame.NoSuchSeq;
    }

    // null: the frame names no chat.
    private static ChatName? ReadChat(JsonFields fields)
    {
        var (conversation, group) = (fields.Id("conversation_id"), fields.Id("group_chat_id"));
        if (conversation is not null && group is not null) fields.AddError("group_chat_id", "Name either conversation_id or group_chat_id");
        return conversation is null && group is null ? null : new ChatName(conversation, group);
    }
}
