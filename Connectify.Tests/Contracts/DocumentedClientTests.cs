using System.Text.Json;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Contracts;

/// <summary>The clients that both documents print, which are out in the field, work unchanged.</summary>
public abstract class DocumentedClientTests(ServerFixture on) : ServerTests(on)
{
    public static TheoryData<string, string> Everywhere => new()
    {
        { "first", "conversation" }, { "first", "group" }, { "second", "conversation" }, { "second", "group" },
    };

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task It_hears_messages_typing_and_reads(string document, string kind)
    {
        var (ann, bo, path) = await Chat(kind);
        var bos = await Connected(bo, document, path);
        var anns = await ann.Listen(path);

        var sent = await ann.Says(path, "Hello, how are you?");
        await bos.Hears("message", message => message.Id() == sent.Id() && message.Text("content") == "Hello, how are you?");

        await anns.Send(new { type = "typing", is_typing = true });
        (await bos.Hears("typing")).Text("username").Should().Be(ann.Username);

        await Say(bos, document, "Fine");
        var answer = (await anns.Hears("message", frame => frame.Part("message").Text("content") == "Fine")).Part("message");
        await anns.Send(new { type = "read", message_id = answer.Id() });
        await bos.Hears("read", read => read.Number("user_id") == ann.Id && read.Items("messages").Single().GetInt64() == answer.Id());
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task It_is_heard(string document, string kind)
    {
        var (ann, bo, path) = await Chat(kind);
        var bos = await Connected(bo, document, path);
        var anns = await ann.Listen(path);
        var sent = await ann.Says(path, "Are you there?");

        await Type(bos, document);
        (await anns.Hears("typing")).Number("user_id").Should().Be(bo.Id);
        await Read(bos, document, sent.Id());
        (await anns.Hears("read")).Number("message_id").Should().Be(sent.Id());
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Sent_over_the_socket_and_over_rest_a_message_is_one(string document, string kind)
    {
        var (ann, bo, path) = await Chat(kind);
        var bos = await Connected(bo, document, path);
        var anns = await ann.Listen(path);

        await Say(bos, document, "Once");
        var response = await bos.Rest(
            kind == "group" ? "sendGroupMessage" : "sendMessage", ChatSteps.ChatId(path), new { content = "Once", reply_to = (long?)null });

        response.Number("status").Should().Be(201);
        var heard = (await anns.Hears("message")).Part("message");
        heard.Id().Should().Be(response.Part("data").Id());
        await anns.HearsNo("message");
        (await ann.Get($"/api/messaging/{path}messages/").Ok()).Number("count").Should().Be(1);
    }

    [Theory]
    [InlineData("first")]
    [InlineData("second")]
    public async Task Its_rest_spellings_are_understood(string document)
    {
        User ann = await User("ann"), bo = await User("bo");
        var anns = await ann.Documented(document);
        var organization_id = await Organization();

        var chat = await Data(anns.Rest("createConversation", new { participant_id = bo.Id, organization_id, initial_message = "Hello" }), 201);
        (await Data(anns.Rest("getConversations"), 200)).GetArrayLength().Should().Be(1);
        await Data(anns.Rest("getConversationDetail", chat.Id()), 200);
        var messages = await Data(anns.Rest("getConversationMessages", chat.Id()), 200);
        var message = messages.Items("results").Single().Id();
        await Data(anns.Rest("editMessage", message, new { content = "Hello!" }), 200);
        await Data(anns.Rest("reactToMessage", message, new { emoji = "üëç" }), 201);
        await Data(anns.Rest("removeReaction", message, "üëç"), 204);
        (await Data(anns.Rest("getMessageDetail", message), 200)).Text("content").Should().Be("Hello!");
        await Data(anns.Rest("deleteMessage", message), 204);
        var block = await Data(anns.Rest("blockUser", new { blocked_id = bo.Id, organization_id }), 201);
        (await Data(anns.Rest("getBlocks"), 200)).GetArrayLength().Should().Be(1);
        await Data(anns.Rest("unblockUser", block.Id()), 204);
    }

    [Theory]
    [InlineData("first")]
    [InlineData("second")]
    public async Task Its_spellings_for_groups_are_understood(string document)
    {
        User ann = await User("ann"), bo = await User("bo"), cy = await User("cy");
        var anns = await ann.Documented(document);

        var group = await Data(
            anns.Rest("createGroupChat", new { name = "Team", organization_id = await Organization(), member_ids = new[] { bo.Id } }), 201);
        await Data(anns.Rest("addGroupMembers", group.Id(), new { member_ids = new[] { cy.Id } }), 200);
        await Data(anns.Rest("changeGroupRole", group.Id(), new { member_id = cy.Id, role = "admin" }), 200);
        await Data(anns.Rest("removeGroupMember", group.Id(), new { member_id = bo.Id }), 200);
        (await Data(anns.Rest("getGroupChatDetail", group.Id()), 200)).Number("member_count").Should().Be(2);
        (await Data(anns.Rest("getGroupChats"), 200)).GetArrayLength().Should().Be(1);
        await Data(anns.Rest("getGroupChatMessages", group.Id()), 200);
    }

    [Fact]
    public async Task The_second_ones_ping_is_answered()
    {
        var (_, bo, path) = await Chat("conversation");
        var bos = await Connected(bo, "second", path);

        await bos.Manager("ping");

        await bos.Hears("log", log => log.Text("text").StartsWith("Pong received", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_second_one_learns_why_it_was_turned_away()
    {
        var (_, _, path) = await Chat("conversation");
        var eves = await (await User("eve")).Documented("second");

        await eves.Connect(path);

        (await eves.Hears("$connection", state => !state.Flag("connected"))).Number("code").Should().Be(4004);
    }

    private async Task<(User Ann, User Bo, string Path)> Chat(string kind)
    {
        User ann = await User("ann"), bo = await User("bo");
        return (ann, bo, kind == "group" ? await ann.StartsGroup(bo) : await ann.StartsConversation(bo));
    }

    private static async Task<DocumentedClient> Connected(User user, string document, string path)
    {
        var client = await user.Documented(document);
        (await client.Connect(path)).Should().BeTrue();
        return client;
    }

    private static async Task<JsonElement> Data(Task<JsonElement> response, int status)
    {
        var got = await response;
        got.Number("status").Should().Be(status, "the answer was {0}", got);
        return got.Part("data");
    }

    // The second document's manager has only send; its page lists the frames.
    private static Task<JsonElement> Say(DocumentedClient client, string document, string content) => document == "first"
        ? client.Manager("sendMessage", content)
        : client.Manager("send", new { type = "message", content, reply_to = (long?)null });

    private static Task<JsonElement> Type(DocumentedClient client, string document) => document == "first"
        ? client.Manager("sendTypingIndicator", true)
        : client.Manager("send", new { type = "typing", is_typing = true });

    private static Task<JsonElement> Read(DocumentedClient client, string document, long id) => document == "first"
        ? client.Manager("sendReadReceipt", id)
        : client.Manager("send", new { type = "read", message_id = id });

    public sealed class OnSqlite(SqliteServer on) : DocumentedClientTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : DocumentedClientTests(on), IClassFixture<PostgresServer>;
}
