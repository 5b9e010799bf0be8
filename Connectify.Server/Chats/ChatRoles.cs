namespace Connectify.Server.Chats;

/// <summary>The roles of chat members.</summary>
internal static class ChatRoles
{
    public const string Admin = "admin";
    public const string Member = "member";
}
