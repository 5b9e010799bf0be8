using Connectify.Migrations;
using Connectify.Server.Realtime.Events;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Conversations;

public abstract class ConversationTests(ServerFixture on) : ServerTests(on)
{
    private const string Conversations = "/api/messaging/conversations/";

    [Fact]
    public async Task The_list_is_an_array_newest_activity_first()
    {
        var (ann, bo, cy, di) = (await User("ann"), await User("bo"), await User("cy"), await User("di"));
        (await ann.Get(Conversations).Ok()).GetArrayLength().Should().Be(0);
        var first = await Start(ann, bo, "one");
        await Task.Delay(5);
        var second = await Start(cy, ann, "two");
        await Task.Delay(5);
        await Start(bo, cy, "not ann's");
        await Task.Delay(5);
        var third = await Start(ann, di, null);

        var list = (await ann.Get("/api/messaging/conversations").Ok()).EnumerateArray().ToList();
        list.Select(item => item.Id()).Should().Equal(third, second, first);
        list.Should().OnlyContain(item => !item.Has("messages"));
        list.Select(item => item.Number("unread_count")).Should().Equal(0, 1, 0);
        list[0].IsNull("last_message").Should().BeTrue();
        list[1].Part("last_message").Text("content").Should().Be("two");
        list[1].Part("last_message").Number("conversation_id").Should().Be(second);
        list[2].Items("participants").Select(user => user.Id()).Should().Equal(ann.Id, bo.Id);
    }

    [Fact]
    public async Task Detail_for_participants_only()
    {
        var (ann, bo, eve) = (await User("ann"), await User("bo"), await User("eve"));
        var stranger = await User("stranger", (await NewOrganization()).Id());
        var id = await Start(ann, bo, "hi");

        (await ann.Get($"/api/messaging/conversations/{id}").Ok()).Items("messages").Should().ContainSingle();
        (await bo.Get($"{Conversations}{id}/").Ok()).Part("last_message").Text("content").Should().Be("hi");
        await eve.Get($"{Conversations}{id}/").Fails(403, "You are not a participant in this conversation", "not_a_participant");
        await eve.Delete($"{Conversations}{id}/").Fails(403, "You are not a participant in this conversation", "not_a_participant");
        await stranger.Get($"{Conversations}{id}/").Fails(404, "Conversation not found", "conversation_not_found");
        await stranger.Delete($"{Conversations}{id}/").Fails(404, "Conversation not found", "conversation_not_found");
        await Nobody.Get($"{Conversations}{id}/").Fails(401);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("1.5")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551616")]
    public async Task Ids_that_are_none(string id)
    {
        var ann = await User("ann");
        await ann.Get($"{Conversations}{id}/").Fails(404);
        await ann.Delete($"{Conversations}{id}/").Fails(404);
    }

    [Fact]
    public async Task A_group_is_no_conversation()
    {
        var ann = await User("ann");
        var id = ChatSteps.ChatId(await ann.StartsGroup());
        await ann.Get($"{Conversations}{id}/").Fails(404, "Conversation not found");
        await ann.Delete($"{Conversations}{id}/").Fails(404, "Conversation not found");
        (await ann.Get(Conversations).Ok()).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Deleted_is_gone_for_both_and_they_may_start_anew()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var id = await Start(ann, bo, "old");
        await bo.Delete($"/api/messaging/conversations/{id}").NoContent();
        foreach (var user in new[] { ann, bo })
        {
            await user.Get($"{Conversations}{id}/").Fails(404, code: "conversation_not_found");
            await user.Delete($"{Conversations}{id}/").Fails(404, code: "conversation_not_found");
            (await user.Get(Conversations).Ok()).GetArrayLength().Should().Be(0);
        }

        var again = await Start(ann, bo, null);
        again.Should().NotBe(id);
        (await ann.Get($"{Conversations}{again}/").Ok()).Items("messages").Should().BeEmpty();
    }

    [Fact]
    public async Task Both_are_told_of_beginning_and_end()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var told = new List<AccessEvent>();
        var publisher = Server.Services.GetRequiredService<EventPublisher>();
        publisher.AccessEventPublished += Note;
        var id = await Start(ann, bo, "hi");
        await bo.Delete($"{Conversations}{id}/").NoContent();
        publisher.AccessEventPublished -= Note;

        var chat = new Server.Kernel.ChatRef(Connectify.Server.Kernel.ChatKind.Conversation, id);
        told.Should().Equal(new ChatJoined(ann.Id, chat, 0), new ChatJoined(bo.Id, chat, 0), new ChatLeft(ann.Id, id), new ChatLeft(bo.Id, id));

        void Note(AccessEvent happened)
        {
            if (happened is ChatJoined or ChatLeft) told.Add(happened);
        }
    }

    [Fact]
    public async Task The_list_costs_the_same_however_long_it_is()
    {
        if (Server.Engine != DatabaseEngine.Postgres) return;
        var ann = await User("ann");
        await Start(ann, await User("other"), "hi");
        using var queries = new QueryCount();
        var few = await queries.Of(ann, Conversations);
        for (var i = 0; i < 5; i++) await Start(ann, await User("other"), "hi");
        (await queries.Of(ann, Conversations)).Should().Be(few).And.BePositive();
    }

    private async Task<long> Start(User by, User with, string? message)
        => (await by.Post(Conversations, new { participant_id = with.Id, organization_id = await Organization(), initial_message = message }).Created()).Id();

    public sealed class OnSqlite(SqliteServer on) : ConversationTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ConversationTests(on), IClassFixture<PostgresServer>;
}
