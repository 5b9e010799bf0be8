using Connectify.Protocol;
using Connectify.Server.Realtime.Events;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Accounts;

public abstract class RemovalTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task Admins_remove_users_but_neither_themselves_nor_other_admins()
    {
        var (admin, peer, bo) = (await Admin("admin"), await Admin("peer"), await User("bo"));
        var outsider = await User("outsider", (await NewOrganization()).Id());
        var path = $"/api/accounts/organizations/{await Organization()}/users/";

        await bo.Delete($"{path}{peer.Id}/").Fails(403, "Only admins can remove users", "admin_required");
        await admin.Delete($"{path}{outsider.Id}/").Fails(404, "User not found");
        await outsider.Delete($"{path}{bo.Id}/").Fails(404, "Organization not found");
        await admin.Delete($"{path}{admin.Id}/").Fails(400, "You can't remove yourself", "cannot_remove_yourself");
        await admin.Delete($"{path}{peer.Id}/").Fails(403, "Only superusers can remove admins", "superuser_required");

        await admin.Delete($"{path}{bo.Id}").NoContent();
        await admin.Delete($"{path}{bo.Id}/").Fails(404, "User not found");
        await (await Superuser()).Delete($"{path}{peer.Id}/").NoContent();
        (await bo.Get("/api/accounts/profile/").Ok()).Items("organizations").Should().BeEmpty();
        await bo.Get(path).Fails(404, "Organization not found");
        (await Support.User.LogIn(Server, bo.Username)).Account.IsNull("organization_id").Should().BeTrue();
    }

    [Fact]
    public async Task Who_is_removed_is_out_of_the_organizations_chats_and_no_others()
    {
        var (admin, bo, cy, di) = (await Admin("admin"), await User("bo"), await User("cy"), await User("di"));
        var elsewhere = (await NewOrganization()).Id();
        var here = await Organization();
        await (await Superuser()).Post($"/api/accounts/organizations/{elsewhere}/users/", new { user_id = bo.Id }).Created();
        var led = await Group(here, (bo.Id, "admin", 1), (di.Id, "member", 3), (cy.Id, "member", 2));
        var shared = await Group(here, (bo.Id, "admin", 1), (cy.Id, "member", 2), (di.Id, "admin", 3));
        var alone = await Group(here, (bo.Id, "admin", 1));
        var foreign = await Group(elsewhere, (bo.Id, "admin", 1));
        var conversation = await Conversation(here, bo.Id, cy.Id);
        var told = new List<AccessEvent>();
        Server.Services.GetRequiredService<EventPublisher>().AccessEventPublished += happened => told.Add(happened);

        await admin.Delete($"/api/accounts/organizations/{here}/users/{bo.Id}/").NoContent();

        told.OfType<ChatLeft>().Where(left => left.UserId == bo.Id).Select(left => left.ChatId)
            .Should().BeEquivalentTo([led, shared, alone, conversation]);
        (await State(led)).Should().BeEquivalentTo(new { IsActive = true, AccessVersion = 1, Members = $"{cy.Id} admin, {di.Id} member" });
        (await State(shared)).Should().BeEquivalentTo(new { IsActive = true, AccessVersion = 1, Members = $"{cy.Id} member, {di.Id} admin" });
        (await State(alone)).Should().BeEquivalentTo(new { IsActive = false, AccessVersion = 1, Members = "" });
        (await State(foreign)).Should().BeEquivalentTo(new { IsActive = true, AccessVersion = 0, Members = $"{bo.Id} admin" });
        (await State(conversation)).Should().BeEquivalentTo(new { IsActive = true, AccessVersion = 1 });
    }

    [Fact]
    public async Task Who_is_back_hears_his_conversations_again()
    {
        var (admin, bo) = (await Admin("admin"), await User("bo"));
        var users = $"/api/accounts/organizations/{await Organization()}/users/";
        var path = await admin.StartsConversation(bo);
        var before = await admin.Says(path, "before");
        var all = await bo.Listen("");
        await all.Send(new { type = Frames.Resume, chats = Array.Empty<object>() });
        await admin.Delete($"{users}{bo.Id}/").NoContent();
        await all.Hears(Frames.ChatRemoved);

        await (await Superuser()).Post(users, new { user_id = bo.Id }).Created();

        var added = await all.Hears(Frames.ChatAdded);
        added.Number("conversation_id").Should().Be(ChatSteps.ChatId(path));
        added.Number("seq").Should().Be(before.Number("seq"));
        await all.Hears(await admin.Says(path, "welcome back"));
        await all.HearsNo(Frames.Message);
        await (await Superuser()).Post(users, new { user_id = bo.Id });
        await all.HearsNo(Frames.ChatAdded);
    }

    [Fact]
    public async Task Several_removed_at_once_leave_the_group_to_who_stays()
    {
        var admin = await Admin("admin");
        var here = await Organization();
        var users = new List<User>();
        for (var i = 0; i < 4; i++) users.Add(await User("bo"));
        var groups = new List<long>();
        for (var i = 0; i < 3; i++) groups.Add(await Group(here, [.. users.Select((user, at) => (user.Id, at == 0 ? "admin" : "member", (long)at))]));

        await Task.WhenAll(users.Take(3).Select(user => admin.Delete($"/api/accounts/organizations/{here}/users/{user.Id}/").NoContent()));

        foreach (var group in groups) (await State(group)).Members.Should().Be($"{users[3].Id} admin");
    }

    private async Task<long> Group(long organizationId, params (long UserId, string Role, long JoinedAt)[] members)
    {
        var chat = await Server.Database.FirstOrDefault<long>(
            """
            INSERT INTO chats (kind, organization_id, is_active, name, created_by, created_at, updated_at)
            VALUES ('group', @organizationId, TRUE, 'Team', @UserId, 0, 0) RETURNING id
            """,
            new { organizationId, members[0].UserId },
            default);
        foreach (var member in members) await Join(chat, member.UserId, member.Role, member.JoinedAt);
        return chat;
    }

    private async Task<long> Conversation(long organizationId, long one, long other)
    {
        var (low, high) = (Math.Min(one, other), Math.Max(one, other));
        var chat = await Server.Database.FirstOrDefault<long>(
            """
            INSERT INTO chats (kind, organization_id, is_active, low_user_id, high_user_id, created_by, created_at, updated_at)
            VALUES ('conversation', @organizationId, TRUE, @low, @high, @one, 0, 0) RETURNING id
            """,
            new { organizationId, low, high, one },
            default);
        await Join(chat, one, "member", 0);
        await Join(chat, other, "member", 0);
        return chat;
    }

    private Task<int> Join(long chat, long userId, string role, long joinedAt)
        => Server.Database.Execute(
            "INSERT INTO chat_members (chat_id, user_id, role, joined_at) VALUES (@chat, @userId, @role, @joinedAt)",
            new { chat, userId, role, joinedAt },
            default);

    private async Task<ChatState> State(long chat)
    {
        var state = (await Server.Database.FirstOrDefault<ChatState>("SELECT is_active, access_version FROM chats WHERE id = @chat", new { chat }, default))!;
        var members = await Server.Database.Query<string>(
            "SELECT user_id || ' ' || role FROM chat_members WHERE chat_id = @chat AND left_at IS NULL ORDER BY user_id", new { chat }, default);
        return state with { Members = string.Join(", ", members) };
    }

    private sealed record ChatState
    {
        public bool IsActive { get; init; }

        public long AccessVersion { get; init; }

        public string Members { get; init; } = "";
    }

    public sealed class OnSqlite(SqliteServer on) : RemovalTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : RemovalTests(on), IClassFixture<PostgresServer>;
}
