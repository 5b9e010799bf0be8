using System.Text.Json;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.GroupChats;

public abstract class MemberTests(ServerFixture on) : ServerTests(on)
{
    [Theory]
    [InlineData("add_members/")]
    [InlineData("add_members")]
    [InlineData("add-members/")]
    [InlineData("add-members")]
    public async Task Adding(string spelling)
    {
        var (ann, bo, cy, di) = (await User("ann"), await User("bo"), await User("cy"), await User("di"));
        var group = await ann.StartsGroup(bo);
        var path = $"/api/messaging/{group}";
        await ann.Says(group, "before");

        var changed = await ann.Post(path + spelling, new { member_ids = new[] { cy.Id, bo.Id, di.Id } }).Ok();
        changed.Items("members").Select(Membership).Should().Equal(
            (ann.Id, "admin"), (bo.Id, "member"), (cy.Id, "member"), (di.Id, "member"));
        changed.Number("member_count").Should().Be(4);
        changed.Has("messages").Should().BeFalse();

        await ann.Says(group, "after");
        (await bo.Get(path).Ok()).Number("unread_count").Should().Be(2);
        (await cy.Get(path).Ok()).Number("unread_count").Should().Be(1, "a new member starts with nothing unread");
        (await cy.Get(path).Ok()).Items("messages").Should().HaveCount(2);
    }

    [Fact]
    public async Task Who_may_be_added_and_by_whom()
    {
        var (ann, bo, cy, di) = (await User("ann"), await User("bo"), await User("cy"), await User("di"));
        var stranger = await User("stranger", (await NewOrganization()).Id());
        var add = $"/api/messaging/{await ann.StartsGroup(bo)}add_members/";
        foreach (var blocker in new[] { bo, cy, di })
        {
            await blocker.Post("/api/messaging/blocks/", new { blocked_id = ann.Id, organization_id = await Organization() }).Created();
        }

        await bo.Post(add, new { member_ids = new[] { cy.Id } }).Fails(403, "Only admins can add members", "admins_only");
        await bo.Post(add, new[] { cy.Id }).Fails(403, "Only admins can add members", "admins_only");
        await ann.Post(add, new[] { cy.Id }).Fails(400, "The body is not a JSON object", "malformed_json");
        await ann.Post(add, new { member_ids = new[] { cy.Id, stranger.Id } })
            .Fails(400, $"User with ID {stranger.Id} doesn't belong to this organization", "user_not_in_organization");
        await ann.Post(add, new { member_ids = new[] { di.Id, bo.Id, cy.Id } })
            .Fails(400, $"You are blocked by: {di.Username}, {cy.Username}", "blocked_by_users");
        (await ann.Post(add, new { member_ids = new[] { bo.Id } }).Ok()).Number("member_count").Should().Be(2, "he is in, block or not");
        foreach (var none in new object[] { new { }, new { member_ids = Array.Empty<long>() }, new { member_ids = "1" }, new { member_ids = new[] { 0 } } })
        {
            await ann.Post(add, none).Fails(400, code: "invalid");
        }
    }

    [Theory]
    [InlineData("remove_member/")]
    [InlineData("remove_member")]
    [InlineData("remove-member/")]
    [InlineData("remove-member")]
    public async Task Removing(string spelling)
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var path = $"/api/messaging/{await ann.StartsGroup(bo, cy)}";
        await bo.Post(path + spelling, new { member_id = cy.Id }).Fails(403, "Only admins can remove other members", "admins_only");
        await bo.Post(path + spelling, new { member_id = long.MaxValue }).Fails(403, "Only admins can remove other members");

        var changed = await ann.Post(path + spelling, new { member_id = cy.Id }).Ok();
        changed.Items("members").Select(member => member.Id()).Should().Equal(ann.Id, bo.Id);
        await ann.Post(path + spelling, new { member_id = cy.Id }).Fails(404, "User is not a member of this group chat", "member_not_found");
        await ann.Post(path + spelling, new { member_id = long.MaxValue }).Fails(404, "User is not a member of this group chat");
        await cy.Get(path).Fails(403, "You are not a member of this group chat");
        await cy.Post(path + spelling, new { member_id = cy.Id }).Fails(403, "You are not a member of this group chat");
    }

    [Fact]
    public async Task Leaving_and_coming_back()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var group = await ann.StartsGroup(bo);
        var path = $"/api/messaging/{group}";
        await ann.Post($"{path}change_role/", new { member_id = bo.Id, role = "admin" }).Ok();
        var left = await bo.Post($"{path}remove_member/", new { member_id = bo.Id }).Ok();
        left.Number("member_count").Should().Be(1);
        left.Number("unread_count").Should().Be(0);
        (await bo.Get("/api/messaging/group-chats/").Ok()).GetArrayLength().Should().Be(0);
        await ann.Says(group, "while he was away");

        var back = await ann.Post($"{path}add_members/", new { member_ids = new[] { bo.Id } }).Ok();
        back.Items("members").Select(Membership).Should().Equal((ann.Id, "admin"), (bo.Id, "member"));
        (await bo.Get(path).Ok()).Number("unread_count").Should().Be(0);
        await ann.Says(group, "welcome back");
        (await bo.Get(path).Ok()).Number("unread_count").Should().Be(1);
    }

    [Fact]
    public async Task The_last_admin_hands_over_and_the_last_member_closes_it()
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var path = $"/api/messaging/{await ann.StartsGroup(cy)}";
        await Task.Delay(5);
        await ann.Post($"{path}add_members/", new { member_ids = new[] { bo.Id } }).Ok();
        var left = await ann.Post($"{path}remove_member/", new { member_id = ann.Id }).Ok();
        left.Items("members").Select(Membership).Should().Equal((cy.Id, "admin"), (bo.Id, "member"));

        await cy.Post($"{path}remove_member/", new { member_id = cy.Id }).Ok();
        (await bo.Get(path).Ok()).Items("members").Select(Membership).Should().Equal((bo.Id, "admin"));
        var empty = await bo.Post($"{path}remove_member/", new { member_id = bo.Id }).Ok();
        empty.Flag("is_active").Should().BeFalse();
        empty.Items("members").Should().BeEmpty();
        foreach (var user in new[] { ann, bo, cy }) await user.Get(path).Fails(404, "Group chat not found");
    }

    [Theory]
    [InlineData("change_role/")]
    [InlineData("change_role")]
    [InlineData("change-role/")]
    [InlineData("change-role")]
    public async Task Changing_roles(string spelling)
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var group = await ann.StartsGroup(bo);
        var path = $"/api/messaging/{group}{spelling}";
        await bo.Post(path, new { member_id = bo.Id, role = "admin" }).Fails(403, "Only admins can change roles", "admins_only");
        await bo.Post(path, new { member_id = cy.Id, role = "admin" }).Fails(403, "Only admins can change roles");
        await ann.Post(path, new { member_id = cy.Id, role = "admin" }).Fails(404, "User is not a member of this group chat", "member_not_found");
        foreach (var role in new object?[] { "owner", "Admin", "", null, 5, true, new string('x', 1_000) })
        {
            (await ann.Post(path, new { member_id = bo.Id, role }).Fails(400, code: "invalid")).Part("errors").Has("role").Should().BeTrue();
        }

        await ann.Post(path, new { member_id = ann.Id, role = "member" }).Fails(400, code: "last_admin");
        var changed = await ann.Post(path, new { member_id = bo.Id, role = "admin" }).Ok();
        changed.EnumerateObject().Select(property => property.Name).Should().Equal(
            "id", "username", "first_name", "last_name", "profile_image", "is_online", "role", "joined_at", "group_chat_id");
        changed.Text("role").Should().Be("admin");
        changed.Number("group_chat_id").Should().Be(ChatSteps.ChatId(group));
        (await ann.Post(path, new { member_id = bo.Id, role = "admin" }).Ok()).Text("role").Should().Be("admin");
        (await ann.Post(path, new { member_id = ann.Id, role = "member" }).Ok()).Text("role").Should().Be("member");
        await ann.Post(path, new { member_id = ann.Id, role = "admin" }).Fails(403, "Only admins can change roles");
    }

    [Fact]
    public async Task Two_admins_who_demote_each_other_at_once_leave_one()
    {
        for (var i = 0; i < 5; i++)
        {
            var (ann, bo) = (await User("ann"), await User("bo"));
            var path = $"/api/messaging/{await ann.StartsGroup(bo)}";
            await ann.Post($"{path}change_role/", new { member_id = bo.Id, role = "admin" }).Ok();
            var replies = await Task.WhenAll(
                ann.Post($"{path}change_role/", new { member_id = bo.Id, role = "member" }),
                bo.Post($"{path}change-role/", new { member_id = ann.Id, role = "member" }));
            replies.Select(reply => reply.Status).Should().BeEquivalentTo([200, 403]);
            (await ann.Get(path).Ok()).Items("members").Should().ContainSingle(member => member.Text("role") == "admin");
        }
    }

    [Fact]
    public async Task Two_admins_who_step_down_at_once_leave_one()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var path = $"/api/messaging/{await ann.StartsGroup(bo)}";
        await ann.Post($"{path}change_role/", new { member_id = bo.Id, role = "admin" }).Ok();
        var replies = await Task.WhenAll(
            ann.Post($"{path}change_role/", new { member_id = ann.Id, role = "member" }),
            bo.Post($"{path}change_role/", new { member_id = bo.Id, role = "member" }));
        replies.Select(reply => reply.Status).Should().BeEquivalentTo([200, 400]);
    }

    [Fact]
    public async Task All_leave_at_once()
    {
        var ann = await User("ann");
        var others = new List<User>();
        for (var i = 0; i < 5; i++) others.Add(await User("other"));
        var path = $"/api/messaging/{await ann.StartsGroup([.. others])}";
        var replies = await Task.WhenAll(others.Append(ann).Select(user => user.Post($"{path}remove_member/", new { member_id = user.Id })));
        replies.Should().OnlyContain(reply => reply.Status == 200);
        replies.Should().ContainSingle(reply => !reply.Body.Flag("is_active"));
        await ann.Get(path).Fails(404);
    }

    [Fact]
    public async Task Hostile_bodies()
    {
        var ann = await User("ann");
        var path = $"/api/messaging/{await ann.StartsGroup()}";
        foreach (var act in new[] { "add_members/", "remove_member/", "change_role/" })
        {
            foreach (var body in HostileInputs.Bodies) await ann.Send(HttpMethod.Post, path + act, HostileInputs.Json(body)).Fails(400, code: "malformed_json");
            foreach (var id in HostileInputs.Ids)
            {
                await ann.Send(HttpMethod.Post, path + act, HostileInputs.Json($"{{\"member_ids\":[{id}],\"member_id\":{id},\"role\":\"admin\"}}"))
                    .Fails(400, code: "invalid");
            }
        }
    }

    private static (long Id, string Role) Membership(JsonElement member) => (member.Id(), member.Text("role"));

    public sealed class OnSqlite(SqliteServer on) : MemberTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : MemberTests(on), IClassFixture<PostgresServer>;
}
