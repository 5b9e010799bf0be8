using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Connectify.Server.Attachments;
using Connectify.Server.Hosting;

namespace Connectify.Server.Messages;

/// <summary>The way a message came in.</summary>
internal enum SentVia
{
    /// <summary>REST.</summary>
    Rest,

    /// <summary>A frame on a plain socket.</summary>
    Socket,

    /// <summary>The SignalR hub, whose clients have ids of their own and are never paired.</summary>
    Hub,
}

/// <summary>A message to be sent.</summary>
internal sealed record Draft
{
    public required ChatRef Chat { get; init; }

    public required string Content { get; init; }

    public required SentVia Via { get; init; }

    public long? ReplyTo { get; init; }

    /// <summary>Makes the send idempotent per sender and chat.</summary>
    public string? ClientMessageId { get; init; }

    public IReadOnlyList<NewAttachment> Files { get; init; } = [];

    /// <summary>
    /// What the two copies of a documented client's send have in common: token, content and reply. The
    /// chat is where the key is looked up. null: this send can have no copy.
    /// </summary>
    public long? DualKey(string tokenId, MessagingSettings settings)
        => settings.DualSendWindow == TimeSpan.Zero || Via == SentVia.Hub || ClientMessageId is not null || Files.Count > 0
        ? null
        : BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{tokenId}\n{ReplyTo}\n{Content}")));

    /// <summary>The stored message, without files, reactions and reads.</summary>
    public MessageView Stored(long id, long seq, Timestamp at, UserView sender) => new()
    {
        Id = id,
        ConversationId = Chat.Kind == ChatKind.Conversation ? Chat.Id : null,
        GroupChatId = Chat.Kind == ChatKind.Group ? Chat.Id : null,
        SenderId = sender.Id,
        SenderUsername = sender.Username,
        Sender = sender,
        Content = Content,
        ReplyTo = ReplyTo,
        CreatedAt = at,
        UpdatedAt = at,
        ClientMessageId = ClientMessageId,
        Seq = seq,
    };

    public string ViaName => Via == SentVia.Rest ? "rest" : "socket";

    public string OtherViaName => Via == SentVia.Rest ? "socket" : "rest";
}
