using Connectify.Server.Chats;
using Connectify.Server.Messages;
using Connectify.Server.Messages.History;

namespace Connectify.Server.Conversations;

/// <summary>Reads conversations, all of one moment: a message deleted between two reads would be shown empty.</summary>
internal sealed class ConversationQueries(Database database, ChatOverviews overviews, MessageQueries messages)
{
    private const int MessagesInDetail = 20;

    /// <summary>The caller's conversations, newest activity first.</summary>
    public Task<List<ConversationView>> List(long me, CancellationToken cancellation)
        => database.Snapshot(snapshot => List(snapshot, me, cancellation), cancellation);

    /// <summary>One of the caller's conversations; 404 and 403 as <see cref="ChatAccess.Find"/> has it.</summary>
    public Task<Outcome<ConversationView>> Find(long me, long id, CancellationToken cancellation)
        => database.Snapshot<Outcome<ConversationView>>(
            async snapshot => (await ChatAccess.Find(snapshot, me, new ChatRef(ChatKind.Conversation, id), cancellation)).Rejection is { } rejection
                ? rejection
                : await Detail(snapshot, me, id, cancellation),
            cancellation);

    /// <summary>A conversation that the caller is known to be in.</summary>
    public async Task<ConversationView> Detail(Sql sql, long me, long id, CancellationToken cancellation)
    {
        var conversation = await sql.FirstOrDefault<ConversationView>(
            $"SELECT {ConversationView.Columns} FROM chats c WHERE c.id = @id", new { id }, cancellation);
        var overview = await overviews.Of(sql, me, [id], ChatOverviews.AllMembers, cancellation);
        return conversation!.With(overview[id]) with { Messages = await messages.Newest(sql, id, MessagesInDetail, cancellation) };
    }

    private async Task<List<ConversationView>> List(Sql sql, long me, CancellationToken cancellation)
    {
        var conversations = await sql.Query<ConversationView>(
            $"""
            SELECT {ConversationView.Columns}
            FROM {ChatAccess.Tables}
            WHERE cm.user_id = @me AND c.kind = 'conversation' AND c.is_active
            ORDER BY c.updated_at DESC, c.id DESC
            """,
            new { me },
            cancellation);
        var ids = conversations.ConvertAll(conversation => conversation.Id).ToArray();
        var all = await overviews.Of(sql, me, ids, ChatOverviews.AllMembers, cancellation);
        return conversations.ConvertAll(conversation => conversation.With(all[conversation.Id]));
    }
}
