using System.Text.Json;
using System.Text.RegularExpressions;
using Connectify.Tests.Support;

namespace Connectify.Tests.Contracts;

/// <summary>One person for each role, and a chat of each kind with a message in it.</summary>
internal sealed partial class Roles
{
    private static int _newcomers;

    public required TestServer Server { get; init; }

    public required long OrganizationId { get; init; }

    public required User Owner { get; init; }

    public required User Member { get; init; }

    public required User Outsider { get; init; }

    public required User Stranger { get; init; }

    public required User Pending { get; init; }

    public required User Deactivated { get; init; }

    public required ApiClient Anonymous { get; init; }

    /// <summary>Somebody in the organization whom things can be done to.</summary>
    public required User Spare { get; init; }

    public string Conversation { get; private set; } = "";

    public string Group { get; private set; } = "";

    private long ConversationMessage { get; set; }

    private long GroupMessage { get; set; }

    private long Block { get; set; }

    /// <summary>One that is nobody's of these.</summary>
    private long Session { get; set; }

    /// <summary>Sets the scene anew: after it nothing remains of what anybody did.</summary>
    public async Task Reset()
    {
        await Server.Database.Execute(
            """
            UPDATE chats SET is_active = false WHERE organization_id = @OrganizationId;
            DELETE FROM blocks WHERE organization_id = @OrganizationId
            """,
            new { OrganizationId },
            default);
        Session = await Server.Database.FirstOrDefault<long>("SELECT min(id) FROM sessions WHERE user_id = @Id", new { Spare.Id }, default);
        Conversation = await Owner.StartsConversation(Member);
        Group = await Owner.StartsGroup(Member, Pending, Deactivated);
        ConversationMessage = (await Owner.Says(Conversation, "Hello")).Id();
        GroupMessage = (await Owner.Says(Group, "Hello everyone!")).Id();
        Block = (await Owner.Post("/api/messaging/blocks/", new { blocked_id = Outsider.Id, organization_id = OrganizationId }).Created()).Id();
    }

    public long MessageIn(string path) => path.Contains("group", StringComparison.Ordinal) ? GroupMessage : ConversationMessage;

    /// <summary>The path of an endpoint, with the ids of this scene.</summary>
    public string Path(string pattern) => Placeholder().Replace(pattern, match => $"{IdFor(pattern, match.Groups[1].Value)}");

    /// <summary>The same with ids that nothing has.</summary>
    public static string UnknownPath(string pattern) => Placeholder().Replace(pattern, "987654321987");

    /// <summary>Each way of putting <paramref name="id"/> in the place of one of the ids.</summary>
    public IEnumerable<string> PathsWith(string pattern, string id)
    {
        foreach (Match place in Placeholder().Matches(pattern))
        {
            yield return Path(pattern[..place.Index] + id + pattern[(place.Index + place.Length)..]);
        }
    }

    public JsonElement BodyOf(Endpoint endpoint) => endpoint.Body is null ? default : JsonReading.Json(endpoint.Body(this));

    public object Newcomer()
    {
        var name = $"newcomer_{Interlocked.Increment(ref _newcomers)}";
        return new { username = name, email = UniqueEmail(), password = TestServer.Password, first_name = "New", last_name = "User", organization_id = OrganizationId };
    }

    public static string UniqueEmail() => $"somebody_{Interlocked.Increment(ref _newcomers)}@example.com";

    private long IdFor(string pattern, string name) => name switch
    {
        "organizationId" => OrganizationId,
        "userId" => Spare.Id,
        _ when pattern.Contains("/conversations/", StringComparison.Ordinal) => ChatSteps.ChatId(Conversation),
        _ when pattern.Contains("/group-chats/", StringComparison.Ordinal) => ChatSteps.ChatId(Group),
        _ when pattern.Contains("/messages/", StringComparison.Ordinal) => GroupMessage,
        _ when pattern.Contains("/sessions/", StringComparison.Ordinal) => Session,
        _ when pattern.Contains("/blocks/", StringComparison.Ordinal) => Block,
        _ => 1,
    };

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Placeholder();
}
