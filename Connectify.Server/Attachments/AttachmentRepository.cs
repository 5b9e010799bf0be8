using Connectify.Server.Attachments.Store;

namespace Connectify.Server.Attachments;

/// <summary>Rows of files, and where pictures lie.</summary>
internal static class AttachmentRepository
{
    /// <returns>The new ids, in the order given.</returns>
    public static async Task<IReadOnlyList<long>> Add(
        Transaction transaction, long messageId, IReadOnlyList<NewAttachment> attachments, CancellationToken cancellation)
    {
        var ids = new List<long>(attachments.Count);
        foreach (var attachment in attachments)
        {
            ids.Add(await transaction.FirstOrDefault<long>(
                """
                INSERT INTO attachments (message_id, type, file_name, content_type, size, storage_key)
                VALUES (@messageId, @Type, @FileName, @ContentType, @Size, @StorageKey)
                RETURNING id
                """,
                new
                {
                    messageId,
                    attachment.Type,
                    attachment.FileName,
                    attachment.ContentType,
                    attachment.Size,
                    attachment.StorageKey,
                },
                cancellation));
        }

        return ids;
    }

    /// <summary>Removes a deleted message's files.</summary>
    /// <returns>Their keys, for <see cref="IFileStore.Delete"/> after the commit.</returns>
    public static async Task<IReadOnlyList<string>> Remove(Transaction transaction, long messageId, CancellationToken cancellation)
        => await transaction.Query<string>(
            "DELETE FROM attachments WHERE message_id = @messageId RETURNING storage_key",
            new { messageId },
            cancellation);

    /// <returns>null: no such file, or its message or chat is deleted.</returns>
    public static Task<StoredAttachment?> Find(Sql sql, long id, CancellationToken cancellation)
        => sql.FirstOrDefault<StoredAttachment>(
            """
            SELECT a.id, a.message_id, a.type, a.file_name, a.content_type, a.size, a.storage_key
            FROM attachments a
            JOIN messages m ON m.id = a.message_id
            JOIN chats c ON c.id = m.chat_id
            WHERE a.id = @id AND m.deleted_at IS NULL AND c.is_active
            """,
            new { id },
            cancellation);

    /// <returns>null: no such group, or it is deleted or has no picture.</returns>
    public static Task<string?> FindAvatar(Sql sql, long chatId, CancellationToken cancellation)
        => sql.FirstOrDefault<string>(
            """
            SELECT avatar_key
            FROM chats
            WHERE id = @chatId AND kind = 'group' AND is_active
            """,
            new { chatId },
            cancellation);
}
