using Connectify.Server.Attachments;

namespace Connectify.Server.Messages;

/// <summary>A message as clients see it, over REST and in frames.</summary>
internal sealed record MessageView
{
    public long Id { get; init; }

    public long? ConversationId { get; init; }

    public long? GroupChatId { get; init; }

    public long SenderId { get; init; }

    public string SenderUsername { get; init; } = "";

    public UserView Sender { get; init; } = new();

    public string Content { get; init; } = "";

    public long? ReplyTo { get; init; }

    public Timestamp CreatedAt { get; init; }

    public Timestamp UpdatedAt { get; init; }

    public bool IsEdited { get; init; }

    public string? ClientMessageId { get; init; }

    /// <summary>The number of its last change in the chat's count.</summary>
    public long Seq { get; init; }

    public IReadOnlyList<AttachmentView> Attachments { get; init; } = [];

    public IReadOnlyList<ReactionCount> Reactions { get; init; } = [];

    /// <summary>User ids of readers, at most 100, without the sender.</summary>
    public IReadOnlyList<long> ReadBy { get; init; } = [];

    /// <summary>How many have read it, its sender left out.</summary>
    public long ReadCount { get; init; }

    public ChatRef Chat() => ConversationId is { } id ? new(ChatKind.Conversation, id) : new(ChatKind.Group, GroupChatId!.Value);

    /// <summary>The message for a client that reached the server at <paramref name="baseUrl"/>.</summary>
    public MessageView WithBaseUrl(string baseUrl) => Attachments.Count == 0
        ? this
        : this with { Attachments = [.. Attachments.Select(file => file with { Url = file.Url.Replace(PublicUrls.Placeholder, baseUrl, StringComparison.Ordinal) })] };
}

/// <summary>One emoji on a message.</summary>
internal sealed record ReactionCount(string Emoji, int Count, IReadOnlyList<long> UserIds);
