using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Conversations;

/// <summary>Ends a conversation for both. Its rows stay; the two may start another.</summary>
internal sealed class DeleteConversation(Database database, EventPublisher publisher)
{
    /// <returns>null on success.</returns>
    public async Task<Rejection?> Run(long me, long id, CancellationToken cancellation)
    {
        var outcome = await database.WriteOrReject<long[]>(
            async transaction =>
            {
                var access = await ChatAccess.Lock(transaction, me, new ChatRef(ChatKind.Conversation, id), cancellation);
                return access.IsRejected(out var rejection, out _) ? rejection : await CloseChat.Run(transaction, id, cancellation);
            },
            cancellation);
        if (outcome.IsRejected(out var why, out var participants)) return why;
        foreach (var participant in participants) publisher.Publish(new ChatLeft(participant, id));
        return null;
    }
}
