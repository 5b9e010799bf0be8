using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Connectify.Server.Messages.Reads;

/// <summary>
/// Pre-aggregated counts of old messages, in blocks of <see cref="BlockSize"/>, for chats whose unread messages were counted:
/// a million unread messages are counted without reading each.
/// </summary>
/// <remarks>
/// A block is final when it is built, since new messages have higher ids. Only a deletion changes it, and both deletions
/// and block builds hold the chat's row lock, on any node. Without its
/// blocks a chat is counted right all the same, only slower: what is dropped or fails here is made another time.
/// </remarks>
internal sealed class MessageCountBlocks(Database database, ILogger<MessageCountBlocks> log) : BackgroundLoop
{
    /// <summary>How many messages are in a block when it is made.</summary>
    public const int BlockSize = 128;

    // Bounds how long the chat's senders (on SQLite: all writers) wait: some milliseconds.
    private const int BlocksAtATime = 16;
    private const int MaxWaiting = 1_000;

    private static readonly string MakeBlocks = $"""
        INSERT INTO message_tallies (chat_id, sender_id, first_id, last_id, live)
        WITH next AS (
            SELECT id, sender_id, (row_number() OVER (ORDER BY id) - 1) / {BlockSize} AS block
            FROM (SELECT id, sender_id FROM messages
                WHERE chat_id = @chatId AND deleted_at IS NULL AND id > @after ORDER BY id LIMIT {BlocksAtATime * BlockSize}) AS m),
        full_blocks AS (
            SELECT block, min(id) AS first_id, max(id) AS last_id, count(*) AS live FROM next GROUP BY block HAVING count(*) = {BlockSize})
        SELECT @chatId, 0, first_id, last_id, live FROM full_blocks
        UNION ALL
        SELECT @chatId, next.sender_id, f.first_id, f.last_id, count(*)
        FROM full_blocks f JOIN next ON next.block = f.block GROUP BY f.first_id, f.last_id, next.sender_id
        """;

    private readonly Channel<long> _due = Channel.CreateBounded<long>(MaxWaiting);
    private readonly ConcurrentDictionary<long, bool> _waiting = new();

    /// <summary>Enqueues a chat whose unread messages were counted. A full queue drops it.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="untallied">How many of its messages are in no block.</param>
    public void Enqueue(long chatId, long untallied)
    {
        if (untallied < 2 * BlockSize || !_waiting.TryAdd(chatId, true)) return;
        if (!_due.Writer.TryWrite(chatId)) _waiting.TryRemove(chatId, out _);
    }

    /// <summary>Subtracts a message that is being deleted from its block, if any. The chat's row must be locked.</summary>
    public static async Task Decrement(Transaction transaction, long chatId, long senderId, long messageId, CancellationToken cancellation)
    {
        var changed = await transaction.Execute(
            """
            UPDATE message_tallies SET live = live - 1
            WHERE chat_id = @chatId AND sender_id IN (0, @senderId) AND last_id >= @messageId AND first_id = (
                SELECT max(first_id) FROM message_tallies WHERE chat_id = @chatId AND sender_id = 0 AND first_id <= @messageId)
            """,
            new { chatId, senderId, messageId },
            cancellation);
        if (changed > 0) await transaction.Execute("UPDATE chats SET tallied_count = tallied_count - 1 WHERE id = @chatId", new { chatId }, cancellation);
    }

    protected override async Task Run(CancellationToken stopping)
    {
        await foreach (var chatId in _due.Reader.ReadAllAsync(stopping))
        {
            _waiting.TryRemove(chatId, out _);
            try
            {
                while (await BuildBlocks(chatId, stopping) == BlocksAtATime)
                {
                    // There may be more.
                }
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                log.LogWarning("Message count blocks of chat {ChatId} were not built: {ExceptionType}", chatId, e.GetType().Name);
            }
        }
    }

    /// <returns>How many blocks were made.</returns>
    private Task<long> BuildBlocks(long chatId, CancellationToken cancellation) => database.Write(
        async transaction =>
        {
            // Until the commit, no other transaction deletes in this chat or builds its blocks.
            await transaction.Execute("SELECT id FROM chats WHERE id = @chatId FOR NO KEY UPDATE", new { chatId }, cancellation);
            var after = await transaction.FirstOrDefault<long>(
                "SELECT last_id FROM message_tallies WHERE chat_id = @chatId AND sender_id = 0 ORDER BY first_id DESC LIMIT 1",
                new { chatId },
                cancellation);
            await transaction.Execute(MakeBlocks, new { chatId, after }, cancellation);
            var made = await transaction.FirstOrDefault<long>(
                "SELECT count(*) FROM message_tallies WHERE chat_id = @chatId AND sender_id = 0 AND first_id > @after",
                new { chatId, after },
                cancellation);
            if (made == 0) return 0;
            await transaction.Execute(
                "UPDATE chats SET tallied_count = tallied_count + @tallied WHERE id = @chatId",
                new { chatId, tallied = made * BlockSize },
                cancellation);
            return made;
        },
        cancellation);
}
