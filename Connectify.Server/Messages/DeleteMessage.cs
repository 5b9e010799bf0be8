using Connectify.Server.Attachments;
using Connectify.Server.Attachments.Store;
using Connectify.Server.Authentication;
using Connectify.Server.Messages.Reads;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Messages;

/// <summary>Deletes one's own message: its content and files go, its place in the order stays. A block doesn't forbid it.</summary>
internal sealed class DeleteMessage(Database database, IFileStore files, EventPublisher publisher)
{
    public async Task<Outcome<ChatEvent>> Run(Caller me, long messageId, CancellationToken cancellation)
    {
        IReadOnlyList<string> keys = [];
        var outcome = await database.WriteOrReject<ChatEvent>(
            async transaction =>
            {
                var found = await MessageAccess.LockChat(transaction, me.UserId, messageId, cancellation);
                if (found.IsRejected(out var rejection, out var access)) return rejection;
                if (access.SenderId != me.UserId) return MessageRejections.NotYoursToDelete;

                var seq = await SeqCounter.Advance(transaction, access, messageId, 1, cancellation);
                await transaction.Execute(
                    $"""
                    UPDATE messages SET deleted_at = {Dialect.Now}, content = '' WHERE id = @messageId;
                    UPDATE chats SET message_count = message_count - 1 WHERE id = @ChatId;
                    DELETE FROM reactions WHERE message_id = @messageId
                    """,
                    new { messageId, access.ChatId },
                    cancellation);
                await MessageCountBlocks.Decrement(transaction, access.ChatId, me.UserId, messageId, cancellation);
                keys = await AttachmentRepository.Remove(transaction, messageId, cancellation);
                return MessageEvents.Deleted(access.Chat, seq, access.AccessVersion, messageId);
            },
            cancellation);
        if (outcome.IsRejected(out _, out var deleted)) return outcome;
        publisher.Publish(deleted);

        // After the commit: a crash here leaves a file that no URL leads to.
        foreach (var key in keys) await files.Delete(key, CancellationToken.None);
        return outcome;
    }
}
