using System.Text.Json.Serialization;
using Connectify.Server.Messages;
using Connectify.Server.Messages.History;

namespace Connectify.Server.Conversations;

/// <summary>A conversation as one of its two participants sees it.</summary>
internal sealed record ConversationView
{
    /// <summary>The columns of <c>chats c</c> that this record begins with.</summary>
    public const string Columns = "c.id, c.organization_id, c.is_active, c.created_at, c.updated_at, c.last_seq AS seq";

    public long Id { get; init; }

    public long OrganizationId { get; init; }

    public bool IsActive { get; init; }

    public IReadOnlyList<UserView> Participants { get; init; } = [];

    public Timestamp CreatedAt { get; init; }

    public Timestamp UpdatedAt { get; init; }

    /// <summary>The chat's count of changes: what to resume from.</summary>
    public long Seq { get; init; }

    public MessageView? LastMessage { get; init; }

    public long UnreadCount { get; init; }

    /// <summary>The newest messages, newest first; lists leave them out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MessageView>? Messages { get; init; }

    public ConversationView With(ChatOverview overview) => this with
    {
        Participants = overview.Members,
        LastMessage = overview.LastMessage,
        UnreadCount = overview.UnreadCount,
    };

    /// <summary>The conversation for a client that reached the server at <paramref name="baseUrl"/>.</summary>
    public ConversationView WithBaseUrl(string baseUrl) => this with
    {
        LastMessage = LastMessage?.WithBaseUrl(baseUrl),
        Messages = Messages is null ? null : [.. Messages.Select(message => message.WithBaseUrl(baseUrl))],
    };
}
