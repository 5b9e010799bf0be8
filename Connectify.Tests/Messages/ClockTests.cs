using System.Text.Json;
using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace Connectify.Tests.Messages;

/// <summary>Nodes whose clocks differ: a chat's times never go back, and all nodes take them from the database.</summary>
public abstract class ClockTests(ServerFixture on) : ServerTests(on)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    [Fact]
    public async Task The_times_of_a_chat_never_go_back()
    {
        User ann = await User("ann"), bo = await User("bo"), cy = await User("cy");
        var chat = await ann.StartsGroup(bo);
        var first = await ann.Says(chat, "first");

        // As if a node an hour ahead had stored it.
        await Server.Database.Execute(
            "UPDATE chats SET updated_at = updated_at + @ahead WHERE id = @id; UPDATE messages SET created_at = created_at + @ahead, updated_at = updated_at + @ahead WHERE id = @message",
            new { id = ChatSteps.ChatId(chat), message = first.Id(), ahead = (long)Ahead.TotalMilliseconds },
            default);
        var last = await UpdatedAt();
        async Task Never(Task<JsonElement> change)
        {
            var changed = await change;
            if (changed.Has("created_at") && changed.Has("content")) changed.Part("created_at").GetDateTime().Should().BeOnOrAfter(last);
            (await UpdatedAt()).Should().BeOnOrAfter(last);
            last = await UpdatedAt();
        }

        await Never(ann.Says(chat, "alone"));
        using (var file = new Form().With("content", "with a file").WithFile("attachments", "a.txt", "text/plain", "a"u8.ToArray()))
        {
            await Never(ann.Send(HttpMethod.Post, $"/api/messaging/{chat}send_message/", file).Created());
        }

        await Never(ann.Put($"/api/messaging/messages/{first.Id()}/edit/", new { content = "edited" }).Ok());
        await Never(ann.Patch($"/api/messaging/{chat}", new { name = "Renamed" }).Ok());
        await Never(ann.Post($"/api/messaging/{chat}add_members/", new { member_ids = new[] { cy.Id } }).Ok());
        await Never(ann.Post($"/api/messaging/{chat}change_role/", new { member_id = cy.Id, role = "admin" }).Ok());
        await ann.Post($"/api/messaging/{chat}remove_member/", new { member_id = cy.Id });
        await Never(ann.Get($"/api/messaging/{chat}").Ok());
        var edited = await ann.Get($"/api/messaging/messages/{first.Id()}/").Ok();
        edited.Part("updated_at").GetDateTime().Should().BeOnOrAfter(edited.Part("created_at").GetDateTime());

        async Task<DateTime> UpdatedAt() => (await ann.Get($"/api/messaging/{chat}").Ok()).Part("updated_at").GetDateTime();
    }

    public sealed class OnSqlite(SqliteServer on) : ClockTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ClockTests(on), IClassFixture<PostgresServer>
    {
        /// <summary>With a database ten minutes ahead, this node is one whose clock is ten minutes behind the others'.</summary>
        [Fact]
        public async Task A_node_that_is_behind_stores_the_times_of_the_database()
        {
            await using var data = await ServerData.Create(DatabaseEngine.Postgres);
            await Advance(data.Postgres);
            await using var server = await TestServer.On(data);
            using User ann = await Support.User.Register(server, "ann", 1), bo = await Support.User.Register(server, "bo", 1), cy = await Support.User.Register(server, "cy", 1);
            var soon = DateTime.UtcNow + TimeSpan.FromMinutes(5);

            var conversation = await ann.StartsConversation(bo);
            var group = await ann.StartsGroup(bo, cy);
            var message = await ann.Says(conversation, "hi");
            using var file = new Form().With("content", "with a file").WithFile("attachments", "a.txt", "text/plain", "a"u8.ToArray());
            var withFile = await ann.Send(HttpMethod.Post, $"/api/messaging/{group}send_message/", file).Created();
            await ann.Post($"/api/messaging/{group}remove_member/", new { member_id = cy.Id });

            message.Part("created_at").GetDateTime().Should().BeAfter(soon);
            withFile.Part("created_at").GetDateTime().Should().BeAfter(soon);
            foreach (var chat in new[] { conversation, group })
            {
                var shown = await ann.Get($"/api/messaging/{chat}").Ok();
                shown.Part("created_at").GetDateTime().Should().BeAfter(soon);
                shown.Part("updated_at").GetDateTime().Should().BeOnOrAfter(shown.Part("created_at").GetDateTime());
            }
        }

        // A function in a schema that is looked into before PostgreSQL's own.
        private static async Task Advance(string database)
        {
            await using var connection = new NpgsqlConnection($"{database};Pooling=false");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                $"""
                CREATE SCHEMA ahead;
                CREATE FUNCTION ahead.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS
                    $$ SELECT pg_catalog.statement_timestamp() + interval '10 minutes' $$;
                ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} SET search_path = public, ahead, pg_catalog
                """,
                connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
