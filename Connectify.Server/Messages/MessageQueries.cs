using Connectify.Server.Attachments;
using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;
using Dapper;

namespace Connectify.Server.Messages;

/// <summary>
/// Reads messages with all that hangs on them, in one round trip however many they are. URLs come with
/// <see cref="PublicUrls.Placeholder"/>: see <see cref="MessageView.WithBaseUrl"/>.
/// </summary>
internal sealed class MessageQueries(Presence presence, FileUrls urls)
{
    private const int MaxReadersListed = 100;

    // Reads only those of each member's ranges that can contain the messages, whatever the member read before and
    // after: from the one that the oldest may lie in to the newest. Looked up once per member, not once per message.
    private const string ReadersOfAsked = """
        WITH asked AS (SELECT id, chat_id, sender_id FROM messages WHERE id = ANY(@ids)),
        members AS MATERIALIZED (
            SELECT cm.chat_id, cm.user_id, page.newest, COALESCE((
                SELECT max(r.first_id) FROM message_reads r
                WHERE r.chat_id = cm.chat_id AND r.user_id = cm.user_id AND r.first_id <= page.oldest), 0) AS earliest
            FROM (SELECT chat_id, min(id) AS oldest, max(id) AS newest FROM asked GROUP BY chat_id) AS page
            JOIN chat_members cm ON cm.chat_id = page.chat_id),
        runs AS MATERIALIZED (
            SELECT r.chat_id, r.user_id, r.first_id, r.last_id
            FROM members JOIN message_reads r ON r.chat_id = members.chat_id AND r.user_id = members.user_id
                AND r.first_id >= members.earliest AND r.first_id <= members.newest)
        SELECT message_id, user_id, readers FROM (
            SELECT asked.id AS message_id, runs.user_id, count(*) OVER (PARTITION BY asked.id) AS readers,
                row_number() OVER (PARTITION BY asked.id ORDER BY runs.user_id) AS place
            FROM asked JOIN runs ON runs.chat_id = asked.chat_id AND asked.id >= runs.first_id AND asked.id <= runs.last_id
            WHERE runs.user_id <> asked.sender_id) AS ranked
        """;

    /// <summary>The messages with these ids, deleted ones too, newest first.</summary>
    public async Task<List<MessageView>> ByIds(Sql sql, long[] ids, CancellationToken cancellation)
    {
        if (ids.Length == 0) return [];
        return await sql.QueryMultiple(
            $"""
            SELECT m.id, m.chat_id, c.kind, m.sender_id, m.content, m.reply_to, m.created_at, m.updated_at, m.is_edited,
                m.client_message_id, m.seq, {ChatAccess.HasBlock} AS has_block, u.username, u.first_name, u.last_name, u.profile_image
            FROM messages m JOIN chats c ON c.id = m.chat_id JOIN users u ON u.id = m.sender_id
            WHERE m.id = ANY(@ids) ORDER BY m.id DESC;

            SELECT id, message_id, type, file_name, content_type, size, storage_key
            FROM attachments WHERE message_id = ANY(@ids) ORDER BY id;

            SELECT message_id, emoji, user_id FROM reactions WHERE message_id = ANY(@ids) ORDER BY id;

            {ReadersOfAsked}
            WHERE place <= {MaxReadersListed} ORDER BY message_id, place
            """,
            new { ids },
            Assemble,
            cancellation);
    }

    /// <summary>One message that is not deleted.</summary>
    public async Task<MessageView> Single(Sql sql, long id, CancellationToken cancellation)
        => (await ByIds(sql, [id], cancellation)).Single();

    /// <summary>The newest messages of a chat, newest first.</summary>
    public async Task<List<MessageView>> Newest(Sql sql, long chatId, int count, CancellationToken cancellation)
    {
        var ids = await sql.Query<long>(
            "SELECT id FROM messages WHERE chat_id = @chatId AND deleted_at IS NULL ORDER BY id DESC LIMIT @count",
            new { chatId, count },
            cancellation);
        return await ByIds(sql, [.. ids], cancellation);
    }

    /// <summary>The newest message of each chat that has any, by chat.</summary>
    public async Task<Dictionary<long, MessageView>> LastOf(Sql sql, long[] chatIds, CancellationToken cancellation)
    {
        var ids = await sql.Query<long?>(
            """
            SELECT (SELECT max(m.id) FROM messages m WHERE m.chat_id = c.id AND m.deleted_at IS NULL)
            FROM chats c WHERE c.id = ANY(@chatIds)
            """,
            new { chatIds },
            cancellation);
        var messages = await ByIds(sql, [.. ids.OfType<long>()], cancellation);
        return messages.ToDictionary(message => message.Chat().Id);
    }

    private async Task<List<MessageView>> Assemble(SqlMapper.GridReader grid)
    {
        var messages = (await grid.ReadAsync<MessageRow>()).AsList();
        var files = (await grid.ReadAsync<StoredAttachment>()).ToLookup(row => row.MessageId);
        var reactions = (await grid.ReadAsync<ReactionRow>()).ToLookup(row => row.MessageId);
        var readers = (await grid.ReadAsync<ReaderRow>()).ToLookup(row => row.MessageId);
        return messages.ConvertAll(row => View(row, !row.HasBlock && presence.IsOnline(row.SenderId)) with
        {
            Attachments = [.. files[row.Id].Select(file => file.View(urls, PublicUrls.Placeholder))],
            Reactions = [.. reactions[row.Id].GroupBy(reaction => EmojiForm.Bare(reaction.Emoji)).Select(same => new ReactionCount(
                same.First().Emoji, same.Count(), [.. same.Select(reaction => reaction.UserId)]))],
            ReadBy = [.. readers[row.Id].Select(reader => reader.UserId)],
            ReadCount = readers[row.Id].FirstOrDefault()?.Readers ?? 0,
        });
    }

    private static MessageView View(MessageRow row, bool isOnline)
    {
        var chat = ChatRef.Of(row.Kind, row.ChatId);
        return new MessageView
        {
            Id = row.Id,
            ConversationId = chat.Kind == ChatKind.Conversation ? chat.Id : null,
            GroupChatId = chat.Kind == ChatKind.Group ? chat.Id : null,
            SenderId = row.SenderId,
            SenderUsername = row.Username,
            Sender = new UserView
            {
                Id = row.SenderId,
                Username = row.Username,
                FirstName = row.FirstName,
                LastName = row.LastName,
                ProfileImage = row.ProfileImage,
                IsOnline = isOnline,
            },
            Content = row.Content,
            ReplyTo = row.ReplyTo,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
            IsEdited = row.IsEdited,
            ClientMessageId = row.ClientMessageId,
            Seq = row.Seq,
        };
    }

    private sealed record MessageRow
    {
        public long Id { get; init; }

        public long ChatId { get; init; }

        public string Kind { get; init; } = "";

        public long SenderId { get; init; }

        public string Content { get; init; } = "";

        public long? ReplyTo { get; init; }

        public Timestamp CreatedAt { get; init; }

        public Timestamp UpdatedAt { get; init; }

        public bool IsEdited { get; init; }

        public string? ClientMessageId { get; init; }

        /// <summary>Presence doesn't cross a block.</summary>
        public bool HasBlock { get; init; }

        public long Seq { get; init; }

        public string Username { get; init; } = "";

        public string FirstName { get; init; } = "";

        public string LastName { get; init; } = "";

        public string? ProfileImage { get; init; }
    }

    private sealed record ReactionRow
    {
        public long MessageId { get; init; }

        public string Emoji { get; init; } = "";

        public long UserId { get; init; }
    }

    private sealed record ReaderRow
    {
        public long MessageId { get; init; }

        public long UserId { get; init; }

        public long Readers { get; init; }
    }
}
