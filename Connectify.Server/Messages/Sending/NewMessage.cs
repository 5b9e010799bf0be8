namespace Connectify.Server.Messages.Sending;

/// <summary>A message about to be stored as the next change of its chat, whose row is locked.</summary>
internal sealed record NewMessage
{
    public required ChatRef Chat { get; init; }

    /// <summary>The chat's count of changes with this one.</summary>
    public required long Seq { get; init; }

    public required long SenderId { get; init; }

    public required string Content { get; init; }

    public required Timestamp At { get; init; }

    public long? ReplyTo { get; init; }

    public string? ClientMessageId { get; init; }

    /// <summary>What a copy sent the other way would share with it; null: it has no copy.</summary>
    public long? DualKey { get; init; }

    /// <summary>Which way it came, where there can be a copy.</summary>
    public string? DualVia { get; init; }

    /// <summary>Stores it, with its chat's count.</summary>
    /// <returns>Its id.</returns>
    public Task<long> Insert(Transaction transaction, CancellationToken cancellation)
        => transaction.FirstOrDefault<long>(
            """
            UPDATE chats SET last_seq = @Seq, message_count = message_count + 1, updated_at = @At WHERE id = @ChatId;
            INSERT INTO messages (chat_id, seq, created_seq, sender_id, content, reply_to, client_message_id, dual_key, dual_via, created_at, updated_at)
            VALUES (@ChatId, @Seq, @Seq, @SenderId, @Content, @ReplyTo, @ClientMessageId, @DualKey, @DualVia, @At, @At)
            RETURNING id
            """,
            new { ChatId = Chat.Id, Seq, SenderId, Content, ReplyTo, ClientMessageId, DualKey, DualVia, At },
            cancellation);
}
