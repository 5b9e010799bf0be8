using Connectify.Server.Chats;

namespace Connectify.Server.Messages;

/// <summary>A user's access to one message: the access to its chat, and the sender.</summary>
internal sealed record MessageAccess : ChatAccess
{
    public long SenderId { get; init; }

    public bool HasFiles { get; init; }

    /// <summary>The access of <paramref name="userId"/> to a message. 404: no such message for the user. 403: not a member of its chat.</summary>
    public static async Task<Outcome<MessageAccess>> Find(Sql sql, long userId, long messageId, CancellationToken cancellation)
        => Checked(await sql.FirstOrDefault<MessageAccess>(Select, new { me = userId, messageId }, cancellation));

    /// <summary>As <see cref="Find"/>, with the chat's row locked until the transaction ends.</summary>
    public static Task<Outcome<MessageAccess>> LockChat(Transaction transaction, long userId, long messageId, CancellationToken cancellation)
        => transaction.QueryMultiple<Outcome<MessageAccess>>(
            $"""
            SELECT id FROM chats WHERE id = (SELECT chat_id FROM messages WHERE id = @messageId) FOR NO KEY UPDATE;
            {Select}
            """,
            new { me = userId, messageId },
            async grid =>
            {
                await grid.ReadAsync<long>();
                return Checked(await grid.ReadFirstOrDefaultAsync<MessageAccess>());
            },
            cancellation);

    private const string Select = $"""
        SELECT {Columns}, m.sender_id, EXISTS (SELECT 1 FROM attachments a WHERE a.message_id = m.id) AS has_files
        FROM {Tables} JOIN messages m ON m.chat_id = c.id
        WHERE m.id = @messageId AND m.deleted_at IS NULL AND c.is_active
        """;

    private static Outcome<MessageAccess> Checked(MessageAccess? access)
    {
        if (access is null) return MessageRejections.NotFound;
        return access.WhyNotRead() is { } rejection ? rejection : access;
    }
}
