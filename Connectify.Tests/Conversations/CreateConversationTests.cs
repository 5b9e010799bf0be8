using System.Text;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Conversations;

public abstract class CreateConversationTests(ServerFixture on) : ServerTests(on)
{
    private const string Conversations = "/api/messaging/conversations/";

    [Fact]
    public async Task The_documents_example()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var made = await ann.Post(Conversations, new
        {
            participant_id = bo.Id,
            organization_id = await Organization(),
            initial_message = "Hello, let's chat!",
        }).Created();

        made.EnumerateObject().Select(property => property.Name).Should().BeEquivalentTo(
            "id", "organization_id", "is_active", "participants", "created_at", "updated_at", "seq", "last_message", "unread_count", "messages");
        made.Number("organization_id").Should().Be(await Organization());
        made.Flag("is_active").Should().BeTrue();
        made.Number("seq").Should().Be(1);
        made.Number("unread_count").Should().Be(0);
        made.Items("participants").Select(user => user.Id()).Should().Equal(ann.Id, bo.Id);
        made.Items("participants")[0].EnumerateObject().Select(property => property.Name).Should().Equal(
            "id", "username", "first_name", "last_name", "profile_image", "is_online");

        var message = made.Items("messages").Should().ContainSingle().Subject;
        message.Text("content").Should().Be("Hello, let's chat!");
        message.Number("sender_id").Should().Be(ann.Id);
        message.Number("conversation_id").Should().Be(made.Id());
        message.IsNull("group_chat_id").Should().BeTrue();
        message.Number("seq").Should().Be(1);
        made.Part("last_message").Id().Should().Be(message.Id());

        var seen = await bo.Get($"{Conversations}{made.Id()}/").Ok();
        seen.Number("unread_count").Should().Be(1);
    }

    [Theory]
    [InlineData("conversations/")]
    [InlineData("conversations")]
    [InlineData("conversations/create/")]
    [InlineData("conversations/create")]
    public async Task Every_spelling(string path)
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var made = await ann.Post($"/api/messaging/{path}", new { participant_id = bo.Id, organization_id = await Organization() }).Created();
        made.Items("messages").Should().BeEmpty();
        made.IsNull("last_message").Should().BeTrue();
        made.Number("seq").Should().Be(0);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    public async Task No_initial_message(string nothing)
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var made = await ann.Send(HttpMethod.Post, Conversations, HostileInputs.Json(
            $"{{\"participant_id\":{bo.Id},\"organization_id\":{await Organization()},\"initial_message\":{nothing},\"more\":1}}")).Created();
        made.Items("messages").Should().BeEmpty();
    }

    [Theory]
    [InlineData("\"  \\n \"")]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData(null)]
    public async Task A_bad_initial_message(string? json)
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        json ??= $"\"{new string('x', 10_001)}\"";
        var error = await ann.Send(HttpMethod.Post, Conversations, HostileInputs.Json(
            $"{{\"participant_id\":{bo.Id},\"organization_id\":{await Organization()},\"initial_message\":{json}}}")).Fails(400, code: "invalid");
        error.Part("errors").Has("initial_message").Should().BeTrue();
        (await ann.Get(Conversations).Ok()).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task The_errors_in_their_order()
    {
        var (ann, bo, stranger) = (await User("ann"), await User("bo"), await User("eve", (await NewOrganization()).Id()));
        var here = await Organization();
        var there = stranger.Account.Number("organization_id");

        var invalid = await ann.Post(Conversations, new { organization_id = there }).Fails(400, code: "invalid");
        invalid.Part("errors").Has("participant_id").Should().BeTrue();
        await Create(ann, stranger.Id, there).Fails(400, "You don't belong to this organization", "not_in_organization");
        await Create(ann, ann.Id, long.MaxValue).Fails(400, "You don't belong to this organization");
        await Create(ann, stranger.Id, here).Fails(400, "The participant doesn't belong to this organization", "participant_not_in_organization");
        await Create(ann, long.MaxValue, here).Fails(400, "The participant doesn't belong to this organization");
        await Create(ann, ann.Id, here).Fails(400, "You can't start a conversation with yourself", "cannot_converse_with_yourself");

        var made = await Create(ann, bo.Id, here).Created();
        var exists = await Create(bo, ann.Id, here).Fails(400, "Conversation already exists", "conversation_exists");
        exists.Number("conversation_id").Should().Be(made.Id());

        await ann.Post("/api/messaging/blocks/", new { blocked_id = bo.Id, organization_id = here }).Created();
        await Create(ann, bo.Id, here).Fails(400, "You have blocked this user", "user_blocked");
        await Create(bo, ann.Id, here).Fails(400, "You have been blocked by this user", "blocked_by_user");
        await bo.Post("/api/messaging/blocks/", new { blocked_id = ann.Id, organization_id = here }).Created();
        await Create(ann, bo.Id, here).Fails(400, "You have been blocked by this user", "blocked_by_user");
    }

    [Fact]
    public async Task Many_at_once_are_one_conversation()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var organization = await Organization();
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => i % 2 == 0
            ? Create(ann, bo.Id, organization)
            : Create(bo, ann.Id, organization)));

        var made = replies.Should().ContainSingle(reply => reply.Status == 201).Subject.Body.Id();
        foreach (var reply in replies.Where(reply => reply.Status != 201))
        {
            var exists = await Task.FromResult(reply).Fails(400, "Conversation already exists");
            exists.Number("conversation_id").Should().Be(made);
        }

        (await ann.Get(Conversations).Ok()).GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task Creates_and_deletes_at_once_never_fail_otherwise()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var organization = await Organization();
        var statuses = await Task.WhenAll(Enumerable.Range(0, 4).Select(async worker =>
        {
            var (me, other) = worker % 2 == 0 ? (ann, bo) : (bo, ann);
            var seen = new List<int>();
            for (var i = 0; i < 10; i++)
            {
                var made = await Create(me, other.Id, organization);
                seen.Add(made.Status);
                var id = made.Status == 201 ? made.Body.Id() : made.Body.Number("conversation_id");
                seen.Add((await me.Delete($"{Conversations}{id}/")).Status);
            }

            return seen;
        }));
        statuses.SelectMany(all => all).Should().OnlyContain(status => status == 201 || status == 204 || status == 400 || status == 404);
    }

    [Fact]
    public async Task A_block_and_a_create_at_once_never_both_win_unseen()
    {
        var organization = await Organization();
        for (var i = 0; i < 5; i++)
        {
            var (ann, bo) = (await User("ann"), await User("bo"));
            var block = ann.Post("/api/messaging/blocks/", new { blocked_id = bo.Id, organization_id = organization });
            var create = Create(bo, ann.Id, organization);
            await block.Created();
            if ((await create).Status == 400) (await create).Code.Should().Be("blocked_by_user");
            await Create(bo, ann.Id, organization).Fails(400, "You have been blocked by this user");
        }
    }

    [Fact]
    public async Task Hostile_ids()
    {
        var ann = await User("ann");
        var organization = await Organization();
        foreach (var id in HostileInputs.Ids.Append("null"))
        {
            var error = await ann.Send(HttpMethod.Post, Conversations, HostileInputs.Json(
                $"{{\"participant_id\":{id},\"organization_id\":{organization}}}")).Fails(400, code: "invalid");
            error.Part("errors").Has("participant_id").Should().BeTrue("{0} is no id", id);
        }
    }

    [Fact]
    public async Task Hostile_bodies()
    {
        var ann = await User("ann");
        foreach (var body in HostileInputs.Bodies)
        {
            await ann.Send(HttpMethod.Post, Conversations, HostileInputs.Json(body)).Fails(400, code: "malformed_json");
        }

        await ann.Send(HttpMethod.Post, Conversations, new ByteArrayContent([0xff, 0xfe]) { Headers = { ContentType = new("application/json") } }).Fails(400);
        await ann.Send(HttpMethod.Post, Conversations, new StringContent("participant_id=2", Encoding.UTF8, "text/plain")).Fails(415);
        await ann.Send(HttpMethod.Post, Conversations, null).Fails(400, code: "malformed_json");
        await ann.Send(HttpMethod.Post, Conversations, HostileInputs.Json(new string(' ', 2 * 1024 * 1024))).Fails(413);
    }

    [Fact]
    public async Task Nobody_is_asked_for_a_token()
        => await Nobody.Post(Conversations, new { participant_id = 1, organization_id = 1 }).Fails(401);

    private static Task<Reply> Create(User by, long participant, long organization)
        => by.Post(Conversations, new { participant_id = participant, organization_id = organization });

    public sealed class OnSqlite(SqliteServer on) : CreateConversationTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : CreateConversationTests(on), IClassFixture<PostgresServer>;
}
