using System.Globalization;
using System.Text.Json;

namespace Connectify.Tests.Support;

/// <summary>What people do in chats, in a test's words. <c>path</c> is what a chat is called by: <c>conversations/5/</c>.</summary>
public static class ChatSteps
{
    /// <returns>The conversation's path.</returns>
    public static async Task<string> StartsConversation(this User user, User with, long? organizationId = null)
    {
        var chat = await user.Post("/api/messaging/conversations/", new
        {
            participant_id = with.Id,
            organization_id = organizationId ?? user.Account.Number("organization_id"),
        }).Created();
        return $"conversations/{chat.Id()}/";
    }

    /// <returns>The group's path.</returns>
    public static async Task<string> StartsGroup(this User user, params User[] members)
    {
        var chat = await user.Post("/api/messaging/group-chats/", new
        {
            name = "Project Team",
            organization_id = user.Account.Number("organization_id"),
            member_ids = members.Select(member => member.Id).ToArray(),
        }).Created();
        return $"group-chats/{chat.Id()}/";
    }

    /// <summary>Sends over REST.</summary>
    /// <returns>The message.</returns>
    public static Task<JsonElement> Says(this User user, string path, string content)
        => user.Post($"/api/messaging/{path}send_message/", new { content }).Created();

    /// <summary>The chat's id, out of its path.</summary>
    public static long ChatId(string path) => long.Parse(path.Trim('/').Split('/')[^1], CultureInfo.InvariantCulture);
}
