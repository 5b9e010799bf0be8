using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.GroupChats;

public abstract class GroupLimitTests(ServerFixture on) : ServerTests(on)
{
    private const int Most = 5;

    [Fact]
    public async Task A_group_is_never_larger_than_the_limit()
    {
        var ann = await User("ann");
        var others = new List<User>();
        for (var i = 0; i < 8; i++) others.Add(await User("other"));
        var tooMany = new { name = "x", organization_id = await Organization(), member_ids = others.Take(Most).Select(user => user.Id).ToArray() };
        var error = await ann.Post("/api/messaging/group-chats/", tooMany).Fails(400, "A group chat has at most 5 members", "too_many_members");
        error.Part("errors").Has("member_ids").Should().BeTrue();

        var path = $"/api/messaging/{await ann.StartsGroup(others[0])}";
        var replies = await Task.WhenAll(others.Skip(1).Select(user => ann.Post($"{path}add_members/", new { member_ids = new[] { user.Id } })));
        replies.Count(reply => reply.Status == 200).Should().Be(Most - 2);
        replies.Where(reply => reply.Status != 200).Should().OnlyContain(reply => reply.Status == 400 && reply.Code == "too_many_members");
        (await ann.Get(path).Ok()).Number("member_count").Should().Be(Most);

        // Who is in already takes no place.
        var members = (await ann.Get(path).Ok()).Items("members").Select(member => member.Id()).ToArray();
        await ann.Post($"{path}add_members/", new { member_ids = members }).Ok();
    }

    [Fact]
    public async Task Many_add_the_same_at_once()
    {
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var path = $"/api/messaging/{await ann.StartsGroup()}";
        var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => ann.Post(
            $"{path}add_members/", new { member_ids = i % 2 == 0 ? new[] { bo.Id, cy.Id } : new[] { cy.Id, bo.Id } })));
        replies.Should().OnlyContain(reply => reply.Status == 200 && reply.Body.Number("member_count") == 3);
    }

    public sealed class SmallOnSqlite() : ServerFixture(DatabaseEngine.Sqlite, $"--Messaging:MaxGroupMembers={Most}");

    public sealed class SmallOnPostgres() : ServerFixture(DatabaseEngine.Postgres, $"--Messaging:MaxGroupMembers={Most}");

    public sealed class OnSqlite(SmallOnSqlite on) : GroupLimitTests(on), IClassFixture<SmallOnSqlite>;

    public sealed class OnPostgres(SmallOnPostgres on) : GroupLimitTests(on), IClassFixture<SmallOnPostgres>;
}
