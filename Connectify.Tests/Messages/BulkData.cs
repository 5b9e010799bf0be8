using Connectify.Server.Messages.Reads;
using Connectify.Server.Storage;
using Connectify.Tests.Support;

namespace Connectify.Tests.Messages;

/// <summary>Many people and many messages, put straight into the database: over the API they would take minutes.</summary>
internal static class BulkData
{
    private static int _people;

    /// <summary>Adds so many messages to a chat, as its next changes.</summary>
    public static async Task Put(this TestServer server, string chat, long senderId, int count)
    {
        var id = ChatSteps.ChatId(chat);
        await server.Database.Write(
            async transaction =>
            {
                await transaction.Execute(
                    """
                    INSERT INTO messages (chat_id, seq, created_seq, sender_id, content, created_at, updated_at)
                    SELECT @id, c.last_seq + t.n, c.last_seq + t.n, @senderId, 'put', @now, @now
                    FROM unnest(@numbers) AS t(n), chats c WHERE c.id = @id ORDER BY t.n
                    """,
                    new { id, senderId, now = Timestamp.Now, numbers = Enumerable.Range(1, count).Select(n => (long)n).ToArray() },
                    default);
                return await transaction.Execute(
                    "UPDATE chats SET last_seq = last_seq + @count, message_count = message_count + @count WHERE id = @id", new { id, count }, default);
            },
            default);
    }

    /// <summary>Waits until the messages of a chat in which somebody has counted them are in blocks, but for the newest.</summary>
    public static async Task UntilTallied(this TestServer server, string chat)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var id = ChatSteps.ChatId(chat);
        while (await server.Database.FirstOrDefault<long>("SELECT message_count - tallied_count FROM chats WHERE id = @id", new { id }, default) >= 2 * MessageCountBlocks.BlockSize)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Adds people to a group who have read a message.</summary>
    public static async Task<List<long>> PutReaders(this TestServer server, string chat, long messageId, int count)
    {
        var readers = new List<long>();
        await server.Database.Write(
            async transaction =>
            {
                for (var i = 0; i < count; i++) readers.Add(await PutReader(transaction, ChatSteps.ChatId(chat), messageId));
                return count;
            },
            default);
        return readers;
    }

    private static async Task<long> PutReader(Transaction transaction, long chatId, long messageId)
    {
        var name = $"reader_{Interlocked.Increment(ref _people)}";
        var user = await transaction.FirstOrDefault<long>(
            """
            INSERT INTO users (username, username_key, email, email_key, search_key, password_hash, first_name, last_name, status, is_superuser, created_at, updated_at)
            VALUES (@name, @name, @name, @name, @name, '', '', '', 'active', false, @now, @now)
            RETURNING id
            """,
            new { name, now = Timestamp.Now },
            default);
        await transaction.Execute(
            """
            INSERT INTO chat_members (chat_id, user_id, role, joined_at) VALUES (@chatId, @user, 'member', @now);
            INSERT INTO message_reads (chat_id, user_id, first_id, last_id) VALUES (@chatId, @user, @messageId, @messageId)
            """,
            new { chatId, user, messageId, now = Timestamp.Now },
            default);
        return user;
    }
}
