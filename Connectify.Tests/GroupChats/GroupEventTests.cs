using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.GroupChats;

public abstract class GroupEventTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task A_new_member_is_announced_and_hears_what_follows()
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var group = await ann.StartsGroup(bo);
        var (bosEar, cysEar) = (await bo.Listen(group), await cy.Listen(""));
        await ann.Post($"/api/messaging/{group}add_members/", new { member_ids = new[] { cy.Id, bo.Id } }).Ok();

        var added = await bosEar.Hears(Frames.MemberAdded);
        added.Number("group_chat_id").Should().Be(ChatSteps.ChatId(group));
        added.Has("seq").Should().BeFalse();
        added.Part("user").EnumerateObject().Select(property => property.Name).Should().Equal(
            "id", "username", "first_name", "last_name", "profile_image", "is_online");
        added.Part("user").Id().Should().Be(cy.Id);
        (await cysEar.Hears(Frames.ChatAdded)).Number("group_chat_id").Should().Be(ChatSteps.ChatId(group));
        var sent = await ann.Says(group, "Welcome");
        await cysEar.Hears(sent);
        await bosEar.Hears(sent);
        await bosEar.HearsNo(Frames.MemberAdded);
    }

    [Fact]
    public async Task Who_is_removed_hears_no_more()
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var group = await ann.StartsGroup(bo, cy);
        var (annsEar, bosEar, bosInbox) = (await ann.Listen(group), await bo.Listen(group), await bo.Listen(""));
        await ann.Post($"/api/messaging/{group}remove_member/", new { member_id = bo.Id }).Ok();
        (await annsEar.Hears(Frames.MemberRemoved)).Part("user").Id().Should().Be(bo.Id);
        (await bosEar.Closed()).Should().Be(4004);
        (await bosInbox.Hears(Frames.ChatRemoved)).Number("group_chat_id").Should().Be(ChatSteps.ChatId(group));
        await annsEar.Hears(await ann.Says(group, "He is gone"));
        await bosInbox.HearsNo(Frames.Message, Frames.MemberRemoved);
    }

    [Fact]
    public async Task Roles_and_the_hand_over_are_told()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var group = await ann.StartsGroup(bo);
        var ear = await bo.Listen(group);
        await ann.Post($"/api/messaging/{group}change_role/", new { member_id = bo.Id, role = "admin" }).Ok();
        var changed = await ear.Hears(Frames.RoleChanged);
        (changed.Number("user_id"), changed.Text("role")).Should().Be((bo.Id, "admin"));
        await ann.Post($"/api/messaging/{group}change_role/", new { member_id = bo.Id, role = "admin" }).Ok();
        await ear.HearsNo(Frames.RoleChanged);

        await ann.Post($"/api/messaging/{group}change_role/", new { member_id = bo.Id, role = "member" }).Ok();
        await ear.Hears(Frames.RoleChanged);
        await ann.Post($"/api/messaging/{group}remove_member/", new { member_id = ann.Id }).Ok();
        await ear.Hears(Frames.MemberRemoved);
        var heir = await ear.Hears(Frames.RoleChanged);
        (heir.Number("user_id"), heir.Text("role")).Should().Be((bo.Id, "admin"));
    }

    [Fact]
    public async Task Changes_of_the_group_are_told_with_an_address_for_each()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var group = await ann.StartsGroup(bo);
        var ear = await bo.Listen(group);
        await ann.Send(HttpMethod.Patch, $"/api/messaging/{group}",
            new Form().With("name", "New").WithFile("avatar", "a.png", "image/png", Pictures.Png)).Ok();
        var updated = await ear.Hears(Frames.ChatUpdated);
        updated.Text("name").Should().Be("New");
        updated.IsNull("description").Should().BeTrue();
        updated.Text("avatar").Should().StartWith(Server.Url.ToString());
        await ann.Patch($"/api/messaging/{group}", new { }).Ok();
        await ear.HearsNo(Frames.ChatUpdated);
    }

    [Fact]
    public async Task A_deleted_group_closes_its_sockets()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var group = await ann.StartsGroup(bo);
        var (annsEar, bosEar) = (await ann.Listen(group), await bo.Listen(group));
        await ann.Delete($"/api/messaging/{group}").NoContent();
        (await annsEar.Closed()).Should().Be(4004);
        (await bosEar.Closed()).Should().Be(4004);
    }

    [Fact]
    public async Task A_deleted_conversation_closes_its_sockets()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var conversation = await ann.StartsConversation(bo);
        var (annsEar, bosEar) = (await ann.Listen(conversation), await bo.Listen(conversation));
        await bo.Delete($"/api/messaging/{conversation}").NoContent();
        (await annsEar.Closed()).Should().Be(4004);
        (await bosEar.Closed()).Should().Be(4004);
    }

    [Fact]
    public async Task The_initial_message_is_heard()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var ear = await bo.Listen("");
        var made = await ann.Post("/api/messaging/conversations/", new
        {
            participant_id = bo.Id,
            organization_id = await Organization(),
            initial_message = "Hello, let's chat!",
        }).Created();
        (await ear.Hears(Frames.ChatAdded)).Number("conversation_id").Should().Be(made.Id());
        (await ear.Hears(made.Part("last_message"))).Number("seq").Should().Be(1);
    }

    [Fact]
    public async Task Who_leaves_the_organization_is_out_of_its_chats()
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var group = await ann.StartsGroup(bo, cy);
        var alone = await ann.StartsGroup();
        var conversation = await ann.StartsConversation(bo);
        var (annsEar, bosEar, bosOther) = (await ann.Listen(conversation), await bo.Listen(group), await bo.Listen(conversation));
        await (await Superuser()).Delete($"/api/accounts/organizations/{await Organization()}/users/{ann.Id}/").NoContent();

        (await annsEar.Closed()).Should().Be(4004);
        (await bosEar.Hears(Frames.MemberRemoved)).Part("user").Id().Should().Be(ann.Id);
        (await bosEar.Hears(Frames.RoleChanged)).Number("user_id").Should().Be(bo.Id);
        foreach (var path in new[] { group, alone, conversation }) await ann.Get($"/api/messaging/{path}").Fails(404);
        (await bo.Get($"/api/messaging/{group}").Ok()).Items("members").Should().HaveCount(2);
        await bo.Get($"/api/messaging/{conversation}").Ok();
        var said = await bo.Says(conversation, "Are you there?");
        await bosOther.Hears(said);
    }

    public sealed class OnSqlite(SqliteServer on) : GroupEventTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : GroupEventTests(on), IClassFixture<PostgresServer>;
}
