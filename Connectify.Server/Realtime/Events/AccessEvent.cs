using System.Text.Json.Serialization;

namespace Connectify.Server.Realtime.Events;

/// <summary>A change of a user's access. The discriminators are the names on the backplane.</summary>
/// <param name="UserId">The user.</param>
[JsonDerivedType(typeof(AccountChanged), "account_changed")]
[JsonDerivedType(typeof(AccountDeactivated), "account_deactivated")]
[JsonDerivedType(typeof(SessionsRevoked), "sessions_revoked")]
[JsonDerivedType(typeof(ChatJoined), "chat_joined")]
[JsonDerivedType(typeof(ChatLeft), "chat_left")]
internal abstract record AccessEvent(long UserId)
{
    /// <summary>Whether another node sent it: it may be outdated.</summary>
    [JsonIgnore]
    public bool IsRemote { get; init; }
}

/// <summary>The account may not be used any more, or differently: checks are to be made anew.</summary>
internal sealed record AccountChanged(long UserId) : AccessEvent(UserId);

/// <summary>The account was deactivated: its sockets close with 4003.</summary>
internal sealed record AccountDeactivated(long UserId) : AccessEvent(UserId);

/// <summary>Logins of the account were revoked: their sockets close with 4003.</summary>
/// <param name="UserId">The user.</param>
/// <param name="ExceptSessionId">The login that stays; null for none.</param>
/// <param name="OnlySessionId">The one login that ends; null for all.</param>
internal sealed record SessionsRevoked(long UserId, long? ExceptSessionId, long? OnlySessionId) : AccessEvent(UserId);

/// <summary>The user came into a chat.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Chat">The chat.</param>
/// <param name="Since">The chat's seq before the join: the user receives what follows.</param>
internal sealed record ChatJoined(long UserId, ChatRef Chat, long Since) : AccessEvent(UserId);

/// <summary>The user is out of a chat, or the chat is no more: sockets bound to it close with 4004.</summary>
internal sealed record ChatLeft(long UserId, long ChatId) : AccessEvent(UserId);
