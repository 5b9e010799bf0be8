using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Connectify.Tests.Storage;

/// <summary>Another program holds the write lock of SQLite's file.</summary>
public sealed class SqliteLockTests
{
    private const int Writes = 30;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Every_write_that_waits_is_answered_and_all_heals_when_the_lock_is_released()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite);
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        var chat = await ann.StartsConversation(bo);
        await using var other = new SqliteConnection($"{server.Database.Target.ConnectionString};Pooling=false");
        await other.OpenAsync();
        await Execute(other, "BEGIN IMMEDIATE");

        var replies = await Task.WhenAll(Enumerable.Range(0, Writes).Select(Write)).WaitAsync(Timeout);

        replies.Should().OnlyContain(reply => reply.Status == 503 && reply.Code == "database_unavailable" && reply.Headers.RetryAfter != null);
        (await ann.Get("/readyz").Fails(503, code: "not_ready")).Text("detail").Should().Be("Another program holds the write lock of SQLite.");
        await ann.Get("/api/messaging/conversations/").Ok();

        await Execute(other, "ROLLBACK");
        using var patience = new CancellationTokenSource(Timeout);
        while ((await ann.Get("/readyz")).Status != 200) await Task.Delay(20, patience.Token);
        await ann.Says(chat, "again");
        (await ann.Get("/api/messaging/group-chats/").Ok()).EnumerateArray().Should().BeEmpty("a write that was given up is not stored later");
        server.Log.Errors.Should().BeEmpty();

        Task<Reply> Write(int number) => number % 2 == 0
            ? ann.Post("/api/messaging/group-chats/", new { name = $"Group {number}", organization_id = 1, member_ids = Array.Empty<long>() })
            : ann.Post($"/api/messaging/{chat}send_message/", new { content = $"{number}" });
    }

    private static async Task Execute(SqliteConnection connection, string sql)
    {
        await using var command = new SqliteCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
