using System.Text;
using Connectify.Server.Authentication;
using Connectify.Server.Kernel;
using Connectify.Server.Messages;
using Connectify.Server.Messages.History;
using Connectify.Server.Messages.Reads;
using Connectify.Server.Messages.Sending;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Connectify.Tests.Messages;

/// <summary>What is read of messages costs what is shown, not what is stored: PostgreSQL's own plans of the statements that really ran.</summary>
public sealed class QueryPlanTests(PostgresServer on) : TwoInAChat(on), IClassFixture<PostgresServer>
{
    private const int Stored = 60_000;

    private UnreadCounts Counts => Server.Services.GetRequiredService<UnreadCounts>();

    [Fact]
    public async Task No_list_and_no_page_scans_all_messages()
    {
        var (ann, bo, chat) = await Two();
        var sent = await Fill(ann, bo, chat);
        var (old, mid) = (sent - (Stored / 2), sent - (Stored / 4));
        var plans = new List<string>();

        async Task Watch(string what, Func<Task> run)
        {
            using var statements = new Statements();
            await statements.Of(run);
            statements.All.Should().Contain(statement => statement.Contains("messages", StringComparison.Ordinal), "{0} reads messages", what);
            foreach (var statement in statements.All.Where(statement => statement.Contains("messages", StringComparison.Ordinal)))
            {
                plans.AddRange((await Plans(statement, ann.Id, ChatSteps.ChatId(chat), mid)).Select(plan => $"{what}: {statement}\n{plan}"));
            }
        }

        await Watch("the list of chats", () => bo.Get("/api/messaging/conversations/").Ok());
        await Watch("the list of groups", () => bo.Get("/api/messaging/group-chats/").Ok());
        await Watch("a chat", () => bo.Get($"/api/messaging/{chat}").Ok());
        await Watch("the first page", () => bo.Get(Messages(chat)).Ok());
        await Watch("a far page", () => bo.Get(Messages(chat, "?page=40&page_size=50")).Ok());
        await Watch("an older page", () => bo.Get(Messages(chat, $"?before={old}")).Ok());
        await Watch("a newer page", () => bo.Get(Messages(chat, $"?after={old}")).Ok());
        await Watch("a message", () => bo.Get(Message(sent)).Ok());
        await Watch("a read", () => bo.Post($"/api/messaging/{chat}read/", new { message_ids = new[] { old, sent } }).Ok());
        await Watch("a send", () => bo.Post(Send(chat), new { content = "Hi", reply_to = sent, client_message_id = "b-1" }).Created());
        await Watch("sends at once", () => SayAtOnce(bo, chat, 20));
        await Watch("an edit", () => ann.Put(Message(sent, "edit/"), new { content = "changed" }).Ok());
        await Watch("a reaction", () => ann.Post(Message(sent, "react/"), new { emoji = "👍" }).Created());
        await Watch("a resume", () => Server.Services.GetRequiredService<ChatHistory>()
            .ReadBacklog(new ChatRef(ChatKind.Conversation, ChatSteps.ChatId(chat)), Stored - 20, 100, default));
        await Watch("unread counts of one", () => Counts.Of(Server.Database, bo.Id, [ChatSteps.ChatId(chat)], default));
        await Watch("unread counts of all", () => Counts.In(ChatSteps.ChatId(chat), [ann.Id, bo.Id], default));

        plans.Should().Contain(plan => plan.Contains("unnest", StringComparison.Ordinal), "those at once are stored together");
        plans.Where(plan => plan.Contains("Seq Scan on messages", StringComparison.Ordinal)).Should().BeEmpty();
    }

    // All are in the queue before the first is stored; over sockets or REST each might come after the one before is.
    private async Task SayAtOnce(User user, string chat, int count)
    {
        var queue = Server.Services.GetRequiredService<MessageWriteQueue>();
        var caller = new Caller(user.Id, user.Username, "", user.Id, Timestamp.Now, IsActive: true, IsSuperuser: false);
        var draft = new Draft { Chat = new ChatRef(ChatKind.Conversation, ChatSteps.ChatId(chat)), Content = "at once", Via = SentVia.Hub };
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => queue.Add(caller, draft)).ToList());
    }

    /// <returns>The id of the newest message.</returns>
    private async Task<long> Fill(User ann, User bo, string chat)
    {
        var sent = await ann.Says(chat, "the first");
        await ann.StartsGroup(bo);
        await Server.Database.Execute(
            """
            INSERT INTO messages (chat_id, seq, created_seq, sender_id, content, created_at, updated_at)
            SELECT @chatId, n, n, CASE WHEN n % 2 = 0 THEN @ann ELSE @bo END, 'put', 1, 1 FROM generate_series(2, @stored) AS n;
            UPDATE chats SET last_seq = @stored, message_count = @stored WHERE id = @chatId;
            INSERT INTO chats (kind, organization_id, is_active, name, created_by, created_at, updated_at, last_seq, message_count)
            SELECT 'group', @organization, true, 'Another', @ann, 1, 1, 50, 50 FROM generate_series(1, 200);
            INSERT INTO messages (chat_id, seq, created_seq, sender_id, content, created_at, updated_at)
            SELECT c.id, n, n, @ann, 'put', 1, 1 FROM chats c, generate_series(1, 50) AS n WHERE c.name = 'Another';
            ANALYZE
            """,
            new { chatId = ChatSteps.ChatId(chat), ann = ann.Id, bo = bo.Id, stored = Stored, organization = await Organization() },
            default);
        return sent.Id() + Stored - 1;
    }

    /// <returns>The plan for any values, which a prepared statement gets in the end, and the plan for these.</returns>
    private async Task<List<string>> Plans(string statement, long me, long chatId, long messageId)
    {
        await using var connection = new NpgsqlConnection(Server.Database.Target.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var plans = new List<string>();
        foreach (var one in Prepared.Split(statement))
        {
            var name = $"p{plans.Count}";
            await Execute(connection, $"PREPARE {name} AS {one.Text}");
            foreach (var mode in new[] { "force_generic_plan", "force_custom_plan" })
            {
                await Execute(connection, $"SET LOCAL plan_cache_mode = {mode}");
                plans.Add($"{mode}\n{await Explain(connection, one.Execution(name, me, chatId, messageId))}");
            }
        }

        return plans;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> Explain(NpgsqlConnection connection, string execution)
    {
        await using var command = new NpgsqlCommand($"EXPLAIN {execution}", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var plan = new StringBuilder();
        while (await reader.ReadAsync()) plan.AppendLine(reader.GetString(0));
        return plan.ToString();
    }
}
