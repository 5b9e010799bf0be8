namespace Connectify.Server.Messages;

/// <summary>Assigns the next seq to a change of an existing message. The chat's row must be locked.</summary>
internal static class SeqCounter
{
    /// <summary>Makes <paramref name="count"/> further changes of a chat those of one message.</summary>
    /// <returns>The number of the last of them.</returns>
    public static async Task<long> Advance(
        Transaction transaction, MessageAccess message, long messageId, int count, CancellationToken cancellation)
    {
        var seq = message.LastSeq + count;
        await transaction.Execute(
            "UPDATE chats SET last_seq = @seq WHERE id = @ChatId; UPDATE messages SET seq = @seq WHERE id = @messageId",
            new { seq, message.ChatId, messageId },
            cancellation);
        return seq;
    }
}
