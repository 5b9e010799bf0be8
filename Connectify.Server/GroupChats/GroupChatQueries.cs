using Connectify.Server.Attachments;
using Connectify.Server.Chats;
using Connectify.Server.Messages;
using Connectify.Server.Messages.History;

namespace Connectify.Server.GroupChats;

/// <summary>Reads group chats, all of one moment: a message deleted between two reads would be shown empty.</summary>
internal sealed class GroupChatQueries(Database database, ChatOverviews overviews, MessageQueries messages, FileUrls urls)
{
    private const int MessagesInDetail = 20;
    private const int MembersInList = 10;

    /// <summary>The caller's groups, newest activity first.</summary>
    public Task<List<GroupChatView>> List(long me, CancellationToken cancellation)
        => database.Snapshot(snapshot => List(snapshot, me, cancellation), cancellation);

    /// <summary>One of the caller's groups with messages; 404 and 403 as <see cref="ChatAccess.Find"/> has it.</summary>
    public Task<Outcome<GroupChatView>> Find(long me, long id, CancellationToken cancellation)
        => database.Snapshot<Outcome<GroupChatView>>(
            async snapshot => (await ChatAccess.Find(snapshot, me, new ChatRef(ChatKind.Group, id), cancellation)).Rejection is { } rejection
                ? rejection
                : await Detail(snapshot, me, id, cancellation),
            cancellation);

    /// <summary>A group that the caller is known to be in, with messages.</summary>
    public async Task<GroupChatView> Detail(Sql sql, long me, long id, CancellationToken cancellation)
    {
        var group = await WithAllMembers(sql, me, id, cancellation);
        return group with { Messages = await messages.Newest(sql, id, MessagesInDetail, cancellation) };
    }

    /// <summary>A group with all its members, which <paramref name="me"/> has just changed.</summary>
    public async Task<GroupChatView> WithAllMembers(Sql sql, long me, long id, CancellationToken cancellation)
    {
        var group = await sql.FirstOrDefault<GroupChatView>(
            $"SELECT {GroupChatView.Columns} FROM chats c WHERE c.id = @id", new { id }, cancellation);
        var overview = await overviews.Of(sql, me, [id], ChatOverviews.AllMembers, cancellation);
        return group!.With(overview[id], urls);
    }

    private async Task<List<GroupChatView>> List(Sql sql, long me, CancellationToken cancellation)
    {
        var groups = await sql.Query<GroupChatView>(
            $"""
            SELECT {GroupChatView.Columns}
            FROM {ChatAccess.Tables}
            WHERE cm.user_id = @me AND c.kind = 'group' AND c.is_active
            ORDER BY c.updated_at DESC, c.id DESC
            """,
            new { me },
            cancellation);
        var ids = groups.ConvertAll(group => group.Id).ToArray();
        var all = await overviews.Of(sql, me, ids, MembersInList, cancellation);
        return groups.ConvertAll(group => group.With(all[group.Id], urls));
    }
}
