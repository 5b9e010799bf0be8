using System.Text.Json.Serialization;
using Connectify.Server.ApiDocs;

namespace Connectify.Server.Chats;

/// <summary>A chat member: the user and the membership in one flat object.</summary>
[SchemaName("ChatMember")]
internal record MemberView : UserView
{
    /// <summary>admin or member.</summary>
    [JsonPropertyOrder(1)]
    public string Role { get; init; } = "";

    [JsonPropertyOrder(1)]
    public Timestamp JoinedAt { get; init; }
}

/// <summary>A membership with its group's id.</summary>
[SchemaName("ChatMembership")]
internal sealed record MembershipView : MemberView
{
    [JsonPropertyOrder(2)]
    public long GroupChatId { get; init; }
}
