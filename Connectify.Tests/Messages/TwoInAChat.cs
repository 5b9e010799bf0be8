using Connectify.Tests.Support;

namespace Connectify.Tests.Messages;

/// <summary>Base of tests that begin with two people in a chat.</summary>
public abstract class TwoInAChat(ServerFixture on) : ServerTests(on)
{
    /// <param name="kind"><c>conversation</c> or <c>group</c>.</param>
    /// <returns>Ann, who started it, Bo, and its path.</returns>
    protected async Task<(User Ann, User Bo, string Chat)> Two(string kind = "conversation")
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        return (ann, bo, kind == "group" ? await ann.StartsGroup(bo) : await ann.StartsConversation(bo));
    }

    protected static string Send(string chat) => $"/api/messaging/{chat}send_message/";

    protected static string Messages(string chat, string query = "") => $"/api/messaging/{chat}messages/{query}";

    protected static string Message(long id, string action = "") => $"/api/messaging/messages/{id}/{action}";

    protected static async Task<long> Unread(User user, string chat) => (await user.Get($"/api/messaging/{chat}").Ok()).Number("unread_count");
}
