using System.Text;
using System.Text.RegularExpressions;
using Connectify.Server.Messages.Reads;
using Connectify.Tests.Messages;
using Connectify.Tests.Support;

namespace Connectify.Tests.Migrations;

/// <summary>People who have used a server for a while, over the API.</summary>
internal sealed class PopulatedServer
{
    private const string Text = "é 🙂 \"quotes\" \\ and\na line";

    private readonly User _bo;
    private readonly string _group;
    private readonly long _fileMessage;

    private PopulatedServer(User ann, User bo, User cy, string conversation, string group, long fileMessage)
        => (Ann, _bo, LastUser, Conversation, _group, _fileMessage) = (ann, bo, cy.Id, conversation, group, fileMessage);

    public User Ann { get; }

    public long LastUser { get; }

    public string Conversation { get; }

    public static async Task<PopulatedServer> Build(TestServer server)
    {
        User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1), cy = await User.Register(server, "cy", 1);
        await ann.Put("/api/accounts/profile/", new { bio = Text, dob = "1990-02-03" }).Ok();
        var conversation = await ann.StartsConversation(bo);
        var group = await bo.StartsGroup(ann, cy);
        var first = await ann.Says(conversation, Text);
        var reply = await bo.Post($"/api/messaging/{conversation}send_message/", new { content = "indeed", reply_to = first.Id(), client_message_id = "one" }).Created();
        await ann.Put($"/api/messaging/messages/{first.Id()}/edit/", new { content = Text + "!" }).Ok();
        await ann.Post($"/api/messaging/messages/{reply.Id()}/react/", new { emoji = "👍" }).Created();
        await using (var reading = await ann.Listen(conversation))
        {
            await reading.Send(new { type = "read", message_id = reply.Id() });
            await reading.Hears("read");
        }

        await server.Put(group, bo.Id, 2 * MessageCountBlocks.BlockSize);
        await ann.Get($"/api/messaging/{group}").Ok();
        await server.UntilTallied(group);

        using var form = new Form().With("content", "see").WithFile("attachments", "notes.txt", "text/plain", Encoding.UTF8.GetBytes(Text));
        var file = await cy.Send(HttpMethod.Post, $"/api/messaging/{group}send_message/", form).Created();
        await ann.Post("/api/messaging/blocks/", new { blocked_id = cy.Id, organization_id = 1 }).Created();
        return new PopulatedServer(ann, bo, cy, conversation, group, file.Id());
    }

    /// <summary>What a server answers, without what differs from server to server and from moment to moment.</summary>
    public async Task<Dictionary<string, string>> Answers(TestServer server)
    {
        var answers = new Dictionary<string, string>();
        foreach (var user in new[] { Ann, _bo })
        {
            var here = user.At(server);
            foreach (var path in Paths())
            {
                var reply = await here.Get(path).Ok();
                answers[$"{user.Username} {path}"] = Comparable(reply.GetRawText(), server);
            }

            var message = await here.Get($"/api/messaging/messages/{_fileMessage}/").Ok();
            using var download = new HttpRequestMessage(HttpMethod.Get, message.Items("attachments")[0].Text("url"));
            using var file = await here.Raw(download);
            answers[$"{user.Username} file"] = await file.Content.ReadAsStringAsync();
        }

        return answers;
    }

    private string[] Paths() =>
    [
        "/api/accounts/profile/", "/api/accounts/organizations/", "/api/accounts/organizations/1/users/",
        "/api/messaging/conversations/", "/api/messaging/group-chats/", "/api/messaging/blocks/",
        $"/api/messaging/{Conversation}", $"/api/messaging/{_group}",
        $"/api/messaging/{Conversation}messages/", $"/api/messaging/{_group}messages/",
    ];

    private static string Comparable(string json, TestServer server)
    {
        var anywhere = json.Replace(server.Url.Authority, "server", StringComparison.Ordinal);
        return Regex.Replace(anywhere, """expires=\d+[^"]*|"is_online":\s*(true|false)""", "now");
    }
}
