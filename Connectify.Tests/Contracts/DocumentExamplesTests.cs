using System.Text.Json;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Contracts;

/// <summary>
/// The messaging endpoints as the documents print them: their request bodies, their sentences, in the spelling of
/// their text and of their sample client, with and without the slash.
/// </summary>
public abstract class DocumentExamplesTests(ServerFixture on) : ServerTests(on)
{
    private const string Conversations = "/api/messaging/conversations/";
    private const string Groups = "/api/messaging/group-chats/";
    private const string Blocks = "/api/messaging/blocks/";

    public static TheoryData<string> Spellings => ["text", "text without slash", "client", "client without slash"];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Conversations_(string spelling)
    {
        var (ann, bo, stranger) = (await User("ann"), await User("bo"), await User("stranger", (await NewOrganization()).Id()));
        var create = Spelled(spelling, Conversations, "create/");
        var organization = await Organization();

        var made = await ann.Post(create, new { participant_id = bo.Id, organization_id = organization, initial_message = "Hello, let's chat!" }).Created();
        var again = await ann.Post(create, new { participant_id = bo.Id, organization_id = organization }).Fails(400, "Conversation already exists");
        again.Number("conversation_id").Should().Be(made.Id());
        await ann.Post(create, new { participant_id = stranger.Id, organization_id = organization }).Fails(400, "The participant doesn't belong to this organization");
        made.Items("messages").Single().Text("content").Should().Be("Hello, let's chat!");

        var chat = $"{Conversations}{made.Id()}/";
        (await bo.Get(Spelled(spelling, Conversations)).Ok()).EnumerateArray().Single().Number("unread_count").Should().Be(1);
        (await bo.Get(Spelled(spelling, chat)).Ok()).Items("participants").Should().HaveCount(2);
        (await bo.Get(Spelled(spelling, $"{chat}messages/") + "?page=1&page_size=20").Ok()).Items("results").Should().HaveCount(1);

        var send = Spelled(spelling, chat, "send-message/", "send_message/");
        var sent = await bo.Post(send, new { content = "Hello, how are you?", reply_to = (long?)null }).Created();
        sent.Text("content").Should().Be("Hello, how are you?");
        await SendsFiles(bo, send);

        var block = await ann.Post(Spelled(spelling, Blocks, "create/"), new { blocked_id = bo.Id, organization_id = organization }).Created();
        await bo.Post(send, new { content = "Hello?", reply_to = (long?)null }).Fails(403, "You have been blocked by this user");
        await ann.Delete(Spelled(spelling, $"{Blocks}{block.Id()}/", "delete/")).NoContent();
        await ann.Delete(Spelled(spelling, chat)).NoContent();
        await ann.Delete(Spelled(spelling, chat)).Fails(404);
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Group_chats(string spelling)
    {
        var (ann, bo, cy, dee, eve) = (await User("ann"), await User("bo"), await User("cy"), await User("dee"), await User("eve"));
        var stranger = await User("stranger", (await NewOrganization()).Id());
        var organization = await Organization();
        var create = Spelled(spelling, Groups, "create/");
        object Draft(params User[] members) => new
        {
            name = "Project Team",
            description = "Group chat for our project team",
            organization_id = organization,
            member_ids = members.Select(member => member.Id),
            initial_message = "Welcome to the project team chat!",
        };

        await ann.Post(create, Draft(bo, stranger)).Fails(400, $"User with ID {stranger.Id} doesn't belong to this organization");
        foreach (var blocker in new[] { dee, eve }) await blocker.Post(Blocks, new { blocked_id = ann.Id, organization_id = organization }).Created();
        await ann.Post(create, Draft(dee, bo, eve)).Fails(400, $"You are blocked by: {dee.Username}, {eve.Username}");
        var made = await ann.Post(create, Draft(bo)).Created();
        made.Items("messages").Single().Text("content").Should().Be("Welcome to the project team chat!");

        var chat = $"{Groups}{made.Id()}/";
        (await bo.Get(Spelled(spelling, Groups)).Ok()).EnumerateArray().Single().Number("unread_count").Should().Be(1);
        (await bo.Get(Spelled(spelling, chat)).Ok()).Items("members").Should().HaveCount(2);
        (await bo.Get(Spelled(spelling, $"{chat}messages/") + "?page=1").Ok()).Items("results").Should().HaveCount(1);

        var send = Spelled(spelling, chat, "send-message/", "send_message/");
        await bo.Post(send, new { content = "Hello everyone!", reply_to = (long?)null }).Created();
        await cy.Post(send, new { content = "Hello everyone!", reply_to = (long?)null }).Fails(403, "You are not a member of this group chat");
        await SendsFiles(bo, send);

        var (add, remove, change) = (Spelled(spelling, chat, "add-members/", "add_members/"), Spelled(spelling, chat, "remove-member/", "remove_member/"),
            Spelled(spelling, chat, "change-role/", "change_role/"));
        await bo.Post(add, new { member_ids = new[] { cy.Id } }).Fails(403, "Only admins can add members");
        (await ann.Post(add, new { member_ids = new[] { cy.Id } }).Ok()).Items("members").Should().HaveCount(3);
        await bo.Post(change, new { member_id = cy.Id, role = "admin" }).Fails(403, "Only admins can change roles");
        (await ann.Post(change, new { member_id = cy.Id, role = "admin" }).Ok()).Text("role").Should().Be("admin");
        await bo.Post(remove, new { member_id = cy.Id }).Fails(403, "Only admins can remove other members");
        (await ann.Post(remove, new { member_id = cy.Id }).Ok()).Items("members").Should().HaveCount(2);
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Messages(string spelling)
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var sent = await ann.Says(await ann.StartsConversation(bo), "Helo");
        var message = $"/api/messaging/messages/{sent.Id()}/";

        await bo.Put(Spelled(spelling, $"{message}edit/"), new { content = "Updated message content" }).Fails(403, "You can only edit your own messages");
        (await ann.Put(Spelled(spelling, $"{message}edit/"), new { content = "Updated message content" }).Ok()).Text("content").Should().Be("Updated message content");
        var reaction = await bo.Post(Spelled(spelling, $"{message}react/"), new { emoji = "üëç" }).Created();
        reaction.Text("emoji").Should().Be("üëç");
        var seen = await bo.Get(Spelled(spelling, message)).Ok();
        seen.Items("reactions").Single().Text("emoji").Should().Be("üëç");
        seen.Items("read_by").Should().BeEmpty();

        // The sample client puts the emoji into the URL as it is.
        await bo.Delete(Spelled(spelling, $"{message}unreact/") + "?emoji=üëç").NoContent();
        await bo.Delete(Spelled(spelling, $"{message}unreact/")).NoContent();
        (await bo.Get(Spelled(spelling, message)).Ok()).Items("reactions").Should().BeEmpty();

        await bo.Delete(Spelled(spelling, message, "delete/")).Fails(403, "You can only delete your own messages");
        await ann.Delete(Spelled(spelling, message, "delete/")).NoContent();
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Blocks_(string spelling)
    {
        var (ann, bo, stranger) = (await User("ann"), await User("bo"), await User("stranger", (await NewOrganization()).Id()));
        var create = Spelled(spelling, Blocks, "create/");
        await ann.Post(create, new { blocked_id = stranger.Id, organization_id = await Organization() })
            .Fails(400, "The user to block doesn't belong to this organization");
        var block = await ann.Post(create, new { blocked_id = bo.Id, organization_id = await Organization() }).Created();
        (await ann.Get(Spelled(spelling, Blocks)).Ok()).EnumerateArray().Single().Number("blocked_id").Should().Be(bo.Id);
        var unblock = Spelled(spelling, $"{Blocks}{block.Id()}/", "delete/");
        await bo.Delete(unblock).Fails(403, "You can only unblock users you have blocked");
        await ann.Delete(unblock).NoContent();
    }

    private static async Task SendsFiles(User user, string send)
    {
        using var form = new Form().With("content", "Hello, how are you?").With("attachment_types", "image", "document")
            .WithFile("attachments", "file1", "image/png", Pictures.Png).WithFile("attachments", "file2", "application/pdf", "%PDF-1.7"u8.ToArray());
        JsonElement sent = await user.Send(HttpMethod.Post, send, form).Created();
        sent.Items("attachments").Select(file => file.Text("type")).Should().Equal("image", "document");
    }

    /// <param name="spelling">One of <see cref="Spellings"/>.</param>
    /// <param name="path">What both have in common.</param>
    /// <param name="client">What the sample client adds.</param>
    /// <param name="text">What the documents' text adds.</param>
    private static string Spelled(string spelling, string path, string client = "", string text = "")
    {
        var spelled = path + (spelling.StartsWith("client", StringComparison.Ordinal) ? client : text);
        return spelling.EndsWith("without slash", StringComparison.Ordinal) ? spelled.TrimEnd('/') : spelled;
    }

    public sealed class OnSqlite(SqliteServer on) : DocumentExamplesTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : DocumentExamplesTests(on), IClassFixture<PostgresServer>;
}
