using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.GroupChats;

public abstract class GroupChatTests(ServerFixture on) : ServerTests(on)
{
    private const string Groups = "/api/messaging/group-chats/";

    [Fact]
    public async Task The_list_has_ten_members_and_their_count()
    {
        var ann = await User("ann");
        var others = await Task.WhenAll(Enumerable.Range(0, 11).Select(_ => User("other")));
        var first = ChatSteps.ChatId(await ann.StartsGroup(others));
        await Task.Delay(5);
        var second = ChatSteps.ChatId(await ann.StartsGroup());
        await Task.Delay(5);
        await ann.Patch($"{Groups}{first}/", new { name = "Newest" }).Ok();

        var list = (await ann.Get("/api/messaging/group-chats").Ok()).EnumerateArray().ToList();
        list.Select(group => group.Id()).Should().Equal(first, second);
        list[0].Number("member_count").Should().Be(12);
        list[0].Items("members").Select(member => member.Id()).Should().Equal(
            others.Select(user => user.Id).Append(ann.Id).Order().Take(10));
        list.Should().OnlyContain(group => !group.Has("messages"));
        (await ann.Get($"{Groups}{first}").Ok()).Items("members").Should().HaveCount(12);
    }

    [Fact]
    public async Task Detail_for_members_only()
    {
        var (ann, bo, eve) = (await User("ann"), await User("bo"), await User("eve"));
        var stranger = await User("stranger", (await NewOrganization()).Id());
        var path = $"/api/messaging/{await ann.StartsGroup(bo)}";

        (await bo.Get(path).Ok()).Items("messages").Should().BeEmpty();
        await eve.Get(path).Fails(403, "You are not a member of this group chat", "not_a_member");
        await eve.Patch(path, new { name = "x" }).Fails(403, "You are not a member of this group chat");
        await eve.Delete(path).Fails(403, "You are not a member of this group chat");
        await stranger.Get(path).Fails(404, "Group chat not found", "group_chat_not_found");
        await stranger.Patch(path, new { name = "x" }).Fails(404, "Group chat not found");
        await stranger.Delete(path).Fails(404, "Group chat not found");
        foreach (var act in new[] { "add_members", "remove-member", "change_role" })
        {
            var body = new { member_ids = new[] { eve.Id }, member_id = bo.Id, role = "admin" };
            await eve.Post($"{path}{act}/", body).Fails(403, "You are not a member of this group chat");
            await stranger.Post($"{path}{act}/", body).Fails(404, "Group chat not found");
            await Nobody.Post($"{path}{act}/", body).Fails(401);
        }
    }

    [Fact]
    public async Task Ids_that_are_none()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var conversation = ChatSteps.ChatId(await ann.StartsConversation(bo));
        foreach (var id in new[] { "0", "-1", "abc", "9223372036854775807", "9223372036854775808", "18446744073709551616", $"{conversation}" })
        {
            await ann.Get($"{Groups}{id}/").Fails(404);
            await ann.Patch($"{Groups}{id}/", new { name = "x" }).Fails(404);
            await ann.Delete($"{Groups}{id}/").Fails(404);
            await ann.Post($"{Groups}{id}/add_members/", new { member_ids = new[] { bo.Id } }).Fails(404);
            await ann.Post($"{Groups}{id}/remove_member/", new { member_id = bo.Id }).Fails(404);
            await ann.Post($"{Groups}{id}/change_role/", new { member_id = bo.Id, role = "admin" }).Fails(404);
        }
    }

    [Fact]
    public async Task An_admin_changes_name_and_description()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var path = $"/api/messaging/{await ann.StartsGroup(bo)}";
        (await ann.Patch(path, new { description = "What it is for" }).Ok()).Text("name").Should().Be("Project Team");
        var changed = await ann.Patch(path.TrimEnd('/'), new { name = "New" }).Ok();
        changed.Text("name").Should().Be("New");
        changed.Text("description").Should().Be("What it is for");
        changed.Has("messages").Should().BeFalse();
        (await ann.Patch(path, new { description = (string?)null }).Ok()).IsNull("description").Should().BeTrue();
        (await ann.Patch(path, new { }).Ok()).Text("name").Should().Be("New");

        await ann.Patch(path, new { name = "" }).Fails(400, code: "invalid");
        await ann.Patch(path, new { name = (string?)null }).Fails(400, code: "invalid");
        await ann.Patch(path, new { name = 5 }).Fails(400, code: "invalid");
        await ann.Patch(path, new { description = new string('x', 2_001) }).Fails(400, code: "invalid");
        await bo.Patch(path, new { name = "Bo's" }).Fails(403, "Only admins can update the group chat", "admins_only");
    }

    [Fact]
    public async Task An_admin_changes_the_picture()
    {
        var ann = await User("ann");
        var path = $"/api/messaging/{await ann.StartsGroup()}";
        var first = await ann.Send(HttpMethod.Patch, path, new Form().WithFile("avatar", "a.png", "image/png", Pictures.Png)).Ok();
        var second = await ann.Send(HttpMethod.Patch, path, new Form().With("name", "Both").WithFile("avatar", "a.gif", "image/gif", Pictures.Gif)).Ok();
        second.Text("name").Should().Be("Both");
        await Nobody.Get(first.Text("avatar")).Fails(404);
        using (var picture = await Nobody.Raw(new HttpRequestMessage(HttpMethod.Get, second.Text("avatar"))))
        {
            (await picture.Content.ReadAsByteArrayAsync()).Should().Equal(Pictures.Gif);
        }

        (await ann.Patch(path, new { name = "Stays" }).Ok()).Text("avatar").Should().Be(second.Text("avatar"));
        await ann.Patch(path, new { avatar = "http://example.com/a.png" }).Fails(400, code: "invalid_avatar");
        (await ann.Patch(path, new { avatar = (string?)null }).Ok()).IsNull("avatar").Should().BeTrue();
        await Nobody.Get(second.Text("avatar")).Fails(404);
    }

    [Fact]
    public async Task An_admin_deletes_it_for_everybody()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var path = $"/api/messaging/{await ann.StartsGroup(bo)}";
        await bo.Delete(path).Fails(403, "Only admins can delete the group chat", "admins_only");
        await ann.Delete(path.TrimEnd('/')).NoContent();
        foreach (var user in new[] { ann, bo })
        {
            await user.Get(path).Fails(404, "Group chat not found");
            await user.Delete(path).Fails(404, "Group chat not found");
            (await user.Get(Groups).Ok()).GetArrayLength().Should().Be(0);
        }
    }

    [Fact]
    public async Task The_list_costs_the_same_however_long_it_is()
    {
        if (Server.Engine != DatabaseEngine.Postgres) return;
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        await ann.Says(await ann.StartsGroup(bo), "hi");
        using var queries = new QueryCount();
        var few = await queries.Of(ann, Groups);
        for (var i = 0; i < 5; i++) await ann.Says(await ann.StartsGroup(bo, cy), "hi");
        (await queries.Of(ann, Groups)).Should().Be(few).And.BePositive();
    }

    public sealed class OnSqlite(SqliteServer on) : GroupChatTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : GroupChatTests(on), IClassFixture<PostgresServer>;
}
