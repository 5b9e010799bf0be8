using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Blocks;

public abstract class BlockTests(ServerFixture on) : ServerTests(on)
{
    private const string Blocks = "/api/messaging/blocks/";

    [Fact]
    public async Task The_documents_example()
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var made = await Block(ann, bo.Id).Created();
        made.EnumerateObject().Select(property => property.Name).Should().Equal(
            "id", "blocker_id", "blocked_id", "blocked_username", "organization_id", "created_at");
        made.Number("blocker_id").Should().Be(ann.Id);
        made.Number("blocked_id").Should().Be(bo.Id);
        made.Text("blocked_username").Should().Be(bo.Username);
        made.Number("organization_id").Should().Be(await Organization());
        made.Text("created_at").Should().MatchRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");

        var second = await Block(ann, cy.Id).Created();
        (await ann.Get(Blocks).Ok()).EnumerateArray().Select(block => block.Id()).Should().Equal(second.Id(), made.Id());
        (await bo.Get(Blocks).Ok()).GetArrayLength().Should().Be(0);

        await ann.Delete($"{Blocks}{made.Id()}/").NoContent();
        (await ann.Get(Blocks).Ok()).EnumerateArray().Select(block => block.Id()).Should().Equal(second.Id());
        await Block(ann, bo.Id).Created();
    }

    [Theory]
    [InlineData("blocks/", "/")]
    [InlineData("blocks", "")]
    [InlineData("blocks/create/", "/delete/")]
    [InlineData("blocks/create", "/delete")]
    public async Task Every_spelling(string create, string delete)
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var made = await ann.Post($"/api/messaging/{create}", new { blocked_id = bo.Id, organization_id = await Organization() }).Created();
        await ann.Delete($"/api/messaging/blocks/{made.Id()}{delete}").NoContent();
        await ann.Delete($"/api/messaging/blocks/{made.Id()}{delete}").Fails(404, "Block not found", "block_not_found");
    }

    [Fact]
    public async Task Whom_one_can_not_block()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var stranger = await User("stranger", (await NewOrganization()).Id());
        await Block(ann, stranger.Id).Fails(400, "The user to block doesn't belong to this organization", "user_not_in_organization");
        await Block(ann, long.MaxValue).Fails(400, "The user to block doesn't belong to this organization");
        await Block(ann, ann.Id).Fails(400, "You can't block yourself", "cannot_block_yourself");
        await Block(ann, bo.Id).Created();
        await Block(ann, bo.Id).Fails(400, "User is already blocked", "already_blocked");
        await ann.Post(Blocks, new { blocked_id = stranger.Id, organization_id = stranger.Account.Number("organization_id") })
            .Fails(400, "You don't belong to this organization", "not_in_organization");
    }

    [Fact]
    public async Task Only_the_blocker_unblocks()
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var stranger = await User("stranger", (await NewOrganization()).Id());
        var id = (await Block(ann, bo.Id).Created()).Id();
        await bo.Delete($"{Blocks}{id}/").Fails(403, "You can only unblock users you have blocked", "not_your_block");
        await cy.Delete($"{Blocks}{id}/delete/").Fails(403, "You can only unblock users you have blocked");
        await stranger.Delete($"{Blocks}{id}/").Fails(404, "Block not found");
        await ann.Delete($"{Blocks}{id}/").NoContent();
    }

    [Fact]
    public async Task Presence_does_not_cross_a_block()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        string chat = await ann.StartsConversation(bo), group = await ann.StartsGroup(bo);
        await bo.Says(chat, "before");
        PlainSocket anns = await ann.Listen(chat), inGroup = await ann.Listen(group), bos = await bo.Listen(chat);
        await anns.Hears("presence", frame => frame.Flag("is_online"));

        var block = await Block(bo, ann.Id).Created();
        (await anns.Hears("presence")).Flag("is_online").Should().BeFalse();
        (await bos.Hears("presence", frame => !frame.Flag("is_online"))).Number("user_id").Should().Be(ann.Id);
        foreach (var (viewer, other) in new[] { (ann, bo), (bo, ann) })
        {
            (await IsOnline(viewer, other)).Should().AllBeEquivalentTo(false);
            (await viewer.Get($"/api/messaging/{group}").Ok()).Items("members").Single(member => member.Id() == other.Id).Flag("is_online").Should().BeTrue("in a group a block changes nothing");
        }

        // Away and back: the group hears it, the conversation doesn't.
        await bo.HangUp();
        await inGroup.Hears("presence", frame => !frame.Flag("is_online"));
        await bo.Listen(group);
        await inGroup.Hears("presence", frame => frame.Flag("is_online"));
        await anns.HearsNo("presence");

        await bo.Delete($"{Blocks}{block.Id()}/").NoContent();
        (await anns.Hears("presence")).Flag("is_online").Should().BeTrue();
        (await IsOnline(ann, bo)).Should().AllBeEquivalentTo(true);

        async Task<bool[]> IsOnline(User viewer, User other)
        {
            var (list, detail) = ((await viewer.Get("/api/messaging/conversations/").Ok()).EnumerateArray().Single(), await viewer.Get($"/api/messaging/{chat}").Ok());
            var message = (await viewer.Get($"/api/messaging/{chat}messages/").Ok()).Items("results")[0];
            return
            [
                .. new[] { list, detail }.SelectMany(one => one.Items("participants")).Where(one => one.Id() == other.Id).Select(one => one.Flag("is_online")),
                .. new[] { list.Part("last_message"), message }.Where(one => one.Number("sender_id") == other.Id).Select(one => one.Part("sender").Flag("is_online")),
            ];
        }
    }

    [Fact]
    public async Task The_same_block_at_once_is_one()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Block(ann, bo.Id)));
        replies.Should().ContainSingle(reply => reply.Status == 201);
        replies.Where(reply => reply.Status != 201).Should().OnlyContain(reply => reply.Detail == "User is already blocked");
    }

    [Fact]
    public async Task Two_who_block_each_other_at_once()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        await ann.StartsConversation(bo);
        var (one, other) = (Block(ann, bo.Id), Block(bo, ann.Id));
        await one.Created();
        await other.Created();
    }

    [Fact]
    public async Task Hostile_bodies()
    {
        var ann = await User("ann");
        foreach (var body in HostileInputs.Bodies) await ann.Send(HttpMethod.Post, Blocks, HostileInputs.Json(body)).Fails(400, code: "malformed_json");
        foreach (var id in HostileInputs.Ids)
        {
            await ann.Send(HttpMethod.Post, Blocks, HostileInputs.Json($"{{\"blocked_id\":{id},\"organization_id\":{id}}}")).Fails(400, code: "invalid");
        }

        await ann.Post(Blocks, new { }).Fails(400, code: "invalid");
        foreach (var id in new[] { "0", "-1", "abc", "9223372036854775808", "18446744073709551616" })
        {
            await ann.Delete($"{Blocks}{id}/").Fails(404);
        }

        await Nobody.Get(Blocks).Fails(401);
    }

    private async Task<Reply> Block(User by, long blocked)
        => await by.Post(Blocks, new { blocked_id = blocked, organization_id = await Organization() });

    public sealed class OnSqlite(SqliteServer on) : BlockTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : BlockTests(on), IClassFixture<PostgresServer>;
}
