using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.GroupChats;

/// <summary>Closes a group for all members (soft delete).</summary>
internal sealed class DeleteGroupChat(Database database, EventPublisher publisher)
{
    /// <returns>null on success.</returns>
    public async Task<Rejection?> Run(long me, long id, CancellationToken cancellation)
    {
        var outcome = await database.WriteOrReject<long[]>(
            async transaction =>
            {
                var found = await ChatAccess.Lock(transaction, me, new ChatRef(ChatKind.Group, id), cancellation);
                if (found.IsRejected(out var rejection, out var access)) return rejection;
                return access.IsAdmin ? await CloseChat.Run(transaction, id, cancellation) : GroupRejections.OnlyAdminsDelete;
            },
            cancellation);
        if (outcome.IsRejected(out var why, out var members)) return why;
        foreach (var member in members) publisher.Publish(new ChatLeft(member, id));
        return null;
    }
}
