using Connectify.Server.Authentication;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Messages;

/// <summary>Gives one's own message another content. The same content is no change: no <c>is_edited</c>, no <c>seq</c>, no frame.</summary>
internal sealed class EditMessage(Database database, MessageQueries messages, EventPublisher publisher, MessagingSettings settings)
{
    public async Task<Outcome<MessageView>> Run(Caller me, long messageId, string content, CancellationToken cancellation)
    {
        var (accessVersion, isChanged) = (0L, false);
        var outcome = await database.WriteOrReject<MessageView>(
            async transaction =>
            {
                var found = await MessageAccess.LockChat(transaction, me.UserId, messageId, cancellation);
                if (found.IsRejected(out var rejection, out var access)) return rejection;
                if (access.SenderId != me.UserId) return MessageRejections.NotYoursToEdit;
                if (access.WhyNotWrite() is { } blocked) return blocked;
                if (MessageRules.WhyNotContent(content, access.HasFiles, settings) is { } unfit) return unfit;

                // Compared under the chat's lock: of two equal edits at once the second changes nothing.
                accessVersion = access.AccessVersion;
                isChanged = await transaction.Execute(
                    $"UPDATE messages SET content = @content, is_edited = @isEdited, updated_at = greatest(updated_at, {Dialect.Now}) WHERE id = @messageId AND content <> @content",
                    new { content, isEdited = true, messageId },
                    cancellation) > 0;
                if (isChanged) await SeqCounter.Advance(transaction, access, messageId, 1, cancellation);
                return await messages.Single(transaction, messageId, cancellation);
            },
            cancellation);
        if (isChanged && outcome.Rejection is null) publisher.Publish(MessageEvents.Updated(outcome.Value, accessVersion));
        return outcome;
    }
}
