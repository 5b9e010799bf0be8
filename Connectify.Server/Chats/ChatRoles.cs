namespace Connectify.Server.Chats;

/// <summary>What somebody is in a chat.</summary>
internal static class ChatRoles
{
    public const string Admin = "admin";
    public const string Member = "member";
}
