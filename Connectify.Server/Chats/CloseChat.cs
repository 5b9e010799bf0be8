namespace Connectify.Server.Chats;

/// <summary>Closes a chat whose row is locked: from then on it is to everybody as if it did not exist.</summary>
internal static class CloseChat
{
    /// <returns>Who was in, to be told after the commit.</returns>
    public static async Task<long[]> Run(Transaction transaction, long chatId, CancellationToken cancellation)
    {
        await transaction.Execute(
            "UPDATE chats SET is_active = false, access_version = access_version + 1, updated_at = @now WHERE id = @chatId",
            new { chatId, now = Timestamp.Now },
            cancellation);
        return [.. await ChatMembers.Ids(transaction, chatId, cancellation)];
    }
}
