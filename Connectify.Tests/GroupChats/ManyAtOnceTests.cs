using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.GroupChats;

public abstract class ManyAtOnceTests(ServerFixture on) : ServerTests(on)
{
    private const int Rounds = 15;

    /// <summary>Whoever takes locks in another order than the rest waits for ever, and the database ends one of the two.</summary>
    [Fact]
    public async Task Nobody_waits_for_each_other_for_ever()
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var (root, here) = (await Superuser(), await Organization());
        var (first, second) = ($"/api/messaging/{await ann.StartsGroup(bo, cy)}", $"/api/messaging/{await cy.StartsGroup(ann, bo)}");
        var statuses = (await Task.WhenAll(
            Repeat(() => ann.Post($"{first}add_members/", new { member_ids = new[] { cy.Id, bo.Id } })),
            Repeat(() => ann.Post($"{first}remove_member/", new { member_id = bo.Id })),
            Repeat(() => cy.Post($"{second}add_members/", new { member_ids = new[] { bo.Id, ann.Id } })),
            Repeat(() => bo.Post($"{second}remove_member/", new { member_id = bo.Id })),
            Repeat(() => cy.Post("/api/messaging/conversations/", new { participant_id = bo.Id, organization_id = here, initial_message = "hi" })),
            Repeat(() => bo.Post("/api/messaging/conversations/", new { participant_id = cy.Id, organization_id = here })),
            Repeat(() => ann.Post("/api/messaging/group-chats/", new { name = "x", organization_id = here, member_ids = new[] { cy.Id, bo.Id } })),
            Repeat(async () =>
            {
                var block = await bo.Post("/api/messaging/blocks/", new { blocked_id = cy.Id, organization_id = here });
                return block.Status == 201 ? await bo.Delete($"/api/messaging/blocks/{block.Body.Id()}/") : block;
            }),
            Repeat(async () =>
            {
                await root.Delete($"/api/accounts/organizations/{here}/users/{bo.Id}/");
                return await root.Post($"/api/accounts/organizations/{here}/users/", new { user_id = bo.Id });
            }))).SelectMany(all => all).ToList();
        statuses.Should().OnlyContain(status => status < 500).And.Contain(201);
    }

    private static async Task<List<int>> Repeat(Func<Task<Reply>> act)
    {
        var statuses = new List<int>();
        for (var i = 0; i < Rounds; i++) statuses.Add((await act()).Status);
        return statuses;
    }

    public sealed class OnSqlite(SqliteServer on) : ManyAtOnceTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ManyAtOnceTests(on), IClassFixture<PostgresServer>;
}
