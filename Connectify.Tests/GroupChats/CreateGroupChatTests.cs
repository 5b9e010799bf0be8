using System.Text;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.GroupChats;

public abstract class CreateGroupChatTests(ServerFixture on) : ServerTests(on)
{
    private const string Groups = "/api/messaging/group-chats/";

    [Fact]
    public async Task The_documents_example()
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var made = await ann.Post(Groups, new
        {
            name = "Project Team",
            description = "Group chat for our project team",
            organization_id = await Organization(),
            member_ids = new[] { bo.Id, cy.Id, bo.Id, ann.Id },
            initial_message = "Welcome to the project team chat!",
        }).Created();

        made.EnumerateObject().Select(property => property.Name).Should().BeEquivalentTo(
            "id", "organization_id", "name", "description", "avatar", "is_active", "created_by", "members", "member_count",
            "created_at", "updated_at", "seq", "last_message", "unread_count", "messages");
        made.Text("name").Should().Be("Project Team");
        made.Text("description").Should().Be("Group chat for our project team");
        made.IsNull("avatar").Should().BeTrue();
        made.Flag("is_active").Should().BeTrue();
        made.Number("created_by").Should().Be(ann.Id);
        made.Number("member_count").Should().Be(3);
        made.Number("seq").Should().Be(1);
        made.Items("members").Select(member => (member.Id(), member.Text("role"))).Should().Equal(
            (ann.Id, "admin"), (bo.Id, "member"), (cy.Id, "member"));
        made.Items("members")[0].EnumerateObject().Select(property => property.Name).Should().Equal(
            "id", "username", "first_name", "last_name", "profile_image", "is_online", "role", "joined_at");
        var message = made.Items("messages").Should().ContainSingle().Subject;
        message.Text("content").Should().Be("Welcome to the project team chat!");
        message.Number("group_chat_id").Should().Be(made.Id());
        message.IsNull("conversation_id").Should().BeTrue();
        (await bo.Get($"{Groups}{made.Id()}/").Ok()).Number("unread_count").Should().Be(1);
    }

    [Theory]
    [InlineData("group-chats/")]
    [InlineData("group-chats")]
    [InlineData("group-chats/create/")]
    [InlineData("group-chats/create")]
    public async Task Every_spelling(string path)
    {
        var ann = await User("ann");
        var made = await ann.Post($"/api/messaging/{path}", new { name = "Alone", organization_id = await Organization() }).Created();
        made.Number("member_count").Should().Be(1);
        made.IsNull("description").Should().BeTrue();
        made.Items("messages").Should().BeEmpty();
    }

    [Fact]
    public async Task As_a_form_with_a_picture()
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var made = await ann.Send(HttpMethod.Post, Groups, new Form()
            .With("name", "Team 🎈").With("organization_id", await Organization()).With("member_ids", bo.Id, cy.Id)
            .With("initial_message", "").WithFile("avatar", "a.png", "image/png", Pictures.Png)).Created();
        made.Text("name").Should().Be("Team 🎈");
        made.Number("member_count").Should().Be(3);

        var url = made.Text("avatar");
        url.Should().StartWith(Server.Url.ToString() + "api/messaging/group-chats/");
        using var picture = await Nobody.Raw(new HttpRequestMessage(HttpMethod.Get, url));
        (await picture.Content.ReadAsByteArrayAsync()).Should().Equal(Pictures.Png);
        (await bo.Get(Groups).Ok())[0].Text("avatar").Should().StartWith(Server.Url.ToString());
    }

    [Fact]
    public async Task As_a_form_with_bracketed_names()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var made = await ann.Send(HttpMethod.Post, Groups, new Form()
            .With("name", "Team").With("organization_id", await Organization()).With("member_ids[]", bo.Id)).Created();
        made.Number("member_count").Should().Be(2);
    }

    [Fact]
    public async Task As_a_phone_sends_its_picture()
    {
        var ann = await User("ann");
        (string, object)[] texts = [("name", "Team"), ("organization_id", await Organization())];
        using var form = Form.OfReactNative("avatar", "IMG (1).jpg", Pictures.Png, texts);
        var made = await ann.Send(HttpMethod.Post, Groups, form).Created();
        using var next = Form.OfReactNative("avatar", "IMG (2).jpg", Pictures.Gif);
        var changed = await ann.Send(HttpMethod.Patch, $"{Groups}{made.Id()}/", next).Ok();
        changed.Text("avatar").Should().NotBe(made.Text("avatar"));
    }

    [Fact]
    public async Task Pictures_that_are_none()
    {
        var ann = await User("ann");
        var organization = await Organization();
        Form Team() => new Form().With("name", "Team").With("organization_id", organization);

        await ann.Send(HttpMethod.Post, Groups, Team().WithFile("avatar", "a.png", "image/png", Encoding.UTF8.GetBytes("<svg onload=alert(1)>")))
            .Fails(400, code: "invalid_avatar");
        await ann.Send(HttpMethod.Post, Groups, Team().With("avatar", "http://example.com/a.png")).Fails(400, code: "invalid_avatar");
        await ann.Post(Groups, new { name = "Team", organization_id = organization, avatar = "data:" }).Fails(400, code: "invalid_avatar");
        await ann.Send(HttpMethod.Post, Groups, Team().WithFile("avatar", "a.png", "image/png", [.. Pictures.Png, .. new byte[5 * 1024 * 1024]]))
            .Fails(413);
        (await ann.Get(Groups).Ok()).GetArrayLength().Should().Be(0);
        await ann.Post(Groups, new { name = "Team", organization_id = organization, avatar = (string?)null }).Created();
    }

    [Fact]
    public async Task A_refused_group_leaves_no_file()
    {
        var ann = await User("ann");
        byte[] picture = [.. Pictures.Png, .. Guid.NewGuid().ToByteArray()];
        await ann.Send(HttpMethod.Post, Groups, new Form().With("name", "Team").With("organization_id", await Organization())
            .With("member_ids", long.MaxValue).WithFile("avatar", "a.png", "image/png", picture)).Fails(400);
        var folder = Path.GetDirectoryName(Server.Services.GetRequiredService<DataFolder>().File("x"))!;
        Directory.GetFiles(Path.Combine(folder, "files"), "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllBytes(file).AsSpan().SequenceEqual(picture)).Should().BeEmpty();
    }

    [Fact]
    public async Task The_errors_in_their_order()
    {
        var (ann, bo, cy, di) = (await User("ann"), await User("bo"), await User("cy"), await User("di"));
        var stranger = await User("stranger", (await NewOrganization()).Id());
        var (here, there) = (await Organization(), stranger.Account.Number("organization_id"));
        await bo.Post("/api/messaging/blocks/", new { blocked_id = ann.Id, organization_id = here }).Created();
        await cy.Post("/api/messaging/blocks/", new { blocked_id = ann.Id, organization_id = here }).Created();

        var invalid = await Create(ann, " ", there, stranger.Id).Fails(400, code: "invalid");
        invalid.Part("errors").Has("name").Should().BeTrue();
        await Create(ann, "Team", there, stranger.Id).Fails(400, "You don't belong to this organization", "not_in_organization");
        await Create(ann, "Team", here, bo.Id, stranger.Id, long.MaxValue)
            .Fails(400, $"User with ID {stranger.Id} doesn't belong to this organization", "user_not_in_organization");
        await Create(ann, "Team", here, long.MaxValue).Fails(400, $"User with ID {long.MaxValue} doesn't belong to this organization");
        await Create(ann, "Team", here, cy.Id, di.Id, bo.Id).Fails(400, $"You are blocked by: {cy.Username}, {bo.Username}", "blocked_by_users");

        // Blocking somebody oneself changes nothing in a group.
        await ann.Post("/api/messaging/blocks/", new { blocked_id = di.Id, organization_id = here }).Created();
        await Create(ann, "Team", here, di.Id).Created();
    }

    [Fact]
    public async Task Names_and_descriptions_have_limits()
    {
        var ann = await User("ann");
        var organization = await Organization();
        await ann.Post(Groups, new { name = new string('x', 200), description = new string('y', 2_000), organization_id = organization }).Created();
        await ann.Post(Groups, new { name = new string('x', 201), organization_id = organization }).Fails(400, code: "invalid");
        await ann.Post(Groups, new { name = "x", description = new string('y', 2_001), organization_id = organization }).Fails(400, code: "invalid");
        await ann.Post(Groups, new { name = "a\0b", organization_id = organization }).Fails(400, code: "invalid");
        await ann.Post(Groups, new { name = "x", organization_id = organization, initial_message = " " }).Fails(400, code: "invalid");
        var several = await ann.Post(Groups, new { }).Fails(400, code: "invalid");
        several.Part("errors").EnumerateObject().Select(error => error.Name).Should().BeEquivalentTo("name", "organization_id");
    }

    [Fact]
    public async Task Hostile_bodies()
    {
        var ann = await User("ann");
        var organization = await Organization();
        foreach (var body in HostileInputs.Bodies) await ann.Send(HttpMethod.Post, Groups, HostileInputs.Json(body)).Fails(400, code: "malformed_json");
        foreach (var id in HostileInputs.Ids.Append("null"))
        {
            await ann.Send(HttpMethod.Post, Groups, HostileInputs.Json($"{{\"name\":\"x\",\"organization_id\":{organization},\"member_ids\":[{id}]}}"))
                .Fails(400, code: "invalid");
        }

        foreach (var list in new[] { "5", "\"5\"", "{}", "true" })
        {
            await ann.Send(HttpMethod.Post, Groups, HostileInputs.Json($"{{\"name\":\"x\",\"organization_id\":{organization},\"member_ids\":{list}}}"))
                .Fails(400, code: "invalid");
        }

        await ann.Post(Groups, new { name = "x", organization_id = organization, member_ids = Enumerable.Range(1, 5_000).ToArray() })
            .Fails(400, "A group chat has at most 1000 members", "too_many_members");
        await ann.Send(HttpMethod.Post, Groups, new StringContent("x", Encoding.UTF8, "text/plain")).Fails(415);
        await ann.Send(HttpMethod.Post, Groups, new StringContent("x") { Headers = { ContentType = new("multipart/form-data") } }).Fails(400);
        await Nobody.Post(Groups, new { }).Fails(401);
    }

    private static Task<Reply> Create(User by, string name, long organization, params long[] members)
        => by.Post(Groups, new { name, organization_id = organization, member_ids = members });

    public sealed class OnSqlite(SqliteServer on) : CreateGroupChatTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : CreateGroupChatTests(on), IClassFixture<PostgresServer>;
}
