using Connectify.Server.Attachments.Store;
using Connectify.Server.Attachments.Uploads;
using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.GroupChats;

/// <summary>Changes a group's name, description or picture.</summary>
internal sealed class UpdateGroupChat(Database database, GroupChatQueries groups, IFileStore store, EventPublisher publisher)
{
    /// <summary>Checks the permission before the picture is read: only an admin may upload one.</summary>
    public async Task<Rejection?> WhyNot(long me, long id, CancellationToken cancellation)
        => WhyNot(await ChatAccess.Find(database, me, new ChatRef(ChatKind.Group, id), cancellation));

    public async Task<Outcome<GroupChatView>> Run(long me, long id, Upload upload, CancellationToken cancellation)
    {
        if (GroupChatEdit.From(upload).IsRejected(out var rejection, out var edit)) return rejection;
        await upload.Store(cancellation);
        string? oldPicture = null;
        var outcome = await database.WriteOrReject<GroupChatView>(
            async transaction =>
            {
                if (WhyNot(await ChatAccess.Lock(transaction, me, new ChatRef(ChatKind.Group, id), cancellation)) is { } why) return why;
                if (!edit.IsEmpty) oldPicture = await Update(transaction, id, edit, cancellation);
                upload.Keep();
                return await groups.WithAllMembers(transaction, me, id, cancellation);
            },
            cancellation);
        if (outcome.Rejection is not null || edit.IsEmpty) return outcome;
        publisher.Publish(GroupEvents.Updated(outcome.Value));
        if (oldPicture is not null && edit.SetsAvatar) await store.Delete(oldPicture, CancellationToken.None);
        return outcome;
    }

    private static Rejection? WhyNot(Outcome<ChatAccess> outcome)
    {
        if (outcome.IsRejected(out var rejection, out var access)) return rejection;
        return access.IsAdmin ? null : GroupRejections.OnlyAdminsUpdate;
    }

    /// <returns>The key of the picture it had.</returns>
    private static async Task<string?> Update(Transaction transaction, long id, GroupChatEdit edit, CancellationToken cancellation)
    {
        var picture = await transaction.FirstOrDefault<string>("SELECT avatar_key FROM chats WHERE id = @id", new { id }, cancellation);
        await transaction.Execute(
            $"""
            UPDATE chats SET
                name = COALESCE(@Name, name),
                description = CASE WHEN @SetsDescription THEN @Description ELSE description END,
                avatar_key = CASE WHEN @SetsAvatar THEN @avatarKey ELSE avatar_key END,
                updated_at = greatest(updated_at, {Dialect.Now})
            WHERE id = @id
            """,
            new
            {
                id,
                edit.Name,
                edit.SetsDescription,
                edit.Description,
                edit.SetsAvatar,
                avatarKey = edit.Avatar?.Key,
            },
            cancellation);
        return picture;
    }
}
