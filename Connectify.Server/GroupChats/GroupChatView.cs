using System.Text.Json.Serialization;
using Connectify.Server.Attachments;
using Connectify.Server.Chats;
using Connectify.Server.Messages;
using Connectify.Server.Messages.History;

namespace Connectify.Server.GroupChats;

/// <summary>A group chat as one of its members sees it.</summary>
internal sealed record GroupChatView
{
    /// <summary>The columns of <c>chats c</c> that this record begins with.</summary>
    public const string Columns = """
        c.id, c.organization_id, c.name, c.description, c.avatar_key, c.is_active, c.created_by,
        c.created_at, c.updated_at, c.last_seq AS seq,
        (SELECT count(*) FROM chat_members m WHERE m.chat_id = c.id AND m.left_at IS NULL) AS member_count
        """;

    public long Id { get; init; }

    public long OrganizationId { get; init; }

    public string Name { get; init; } = "";

    public string? Description { get; init; }

    /// <summary>A signed URL.</summary>
    public string? Avatar { get; init; }

    /// <summary>The picture's key in the file store; never sent to clients.</summary>
    [JsonIgnore]
    public string? AvatarKey { get; init; }

    public bool IsActive { get; init; }

    /// <summary>A user's id.</summary>
    public long CreatedBy { get; init; }

    /// <summary>Longest-standing first; a list has the first ten.</summary>
    public IReadOnlyList<MemberView> Members { get; init; } = [];

    /// <summary>All of them.</summary>
    public long MemberCount { get; init; }

    public Timestamp CreatedAt { get; init; }

    public Timestamp UpdatedAt { get; init; }

    /// <summary>The chat's count of changes: what to resume from.</summary>
    public long Seq { get; init; }

    public MessageView? LastMessage { get; init; }

    public long UnreadCount { get; init; }

    /// <summary>The newest messages, newest first; only where a group is shown in detail.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MessageView>? Messages { get; init; }

    public GroupChatView With(ChatOverview overview, FileUrls urls) => this with
    {
        Avatar = urls.Avatar(Id, AvatarKey) is { } path ? PublicUrls.Placeholder + path : null,
        Members = overview.Members,
        LastMessage = overview.LastMessage,
        UnreadCount = overview.UnreadCount,
    };

    /// <summary>The group for a client that reached the server at <paramref name="baseUrl"/>.</summary>
    public GroupChatView WithBaseUrl(string baseUrl) => this with
    {
        Avatar = Avatar?.Replace(PublicUrls.Placeholder, baseUrl, StringComparison.Ordinal),
        LastMessage = LastMessage?.WithBaseUrl(baseUrl),
        Messages = Messages is null ? null : [.. Messages.Select(message => message.WithBaseUrl(baseUrl))],
    };
}
