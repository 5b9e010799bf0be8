namespace Connectify.Server.Chats;

/// <summary>Closes a chat whose row is locked. From then on it answers 404 to every user.</summary>
internal static class CloseChat
{
    /// <returns>The members, to be notified after the commit.</returns>
    public static async Task<long[]> Run(Transaction transaction, long chatId, CancellationToken cancellation)
    {
        await transaction.Execute(
            $"UPDATE chats SET is_active = false, access_version = access_version + 1, updated_at = greatest(updated_at, {Dialect.Now}) WHERE id = @chatId",
            new { chatId },
            cancellation);
        return [.. await ChatMembers.Ids(transaction, chatId, cancellation)];
    }
}
