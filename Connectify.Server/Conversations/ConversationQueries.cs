using Connectify.Server.Chats;
using Connectify.Server.Messages;

namespace Connectify.Server.Conversations;

/// <summary>Reads conversations.</summary>
internal sealed class ConversationQueries(Database database, ChatOverviews overviews, MessageQueries messages)
{
    private const int MessagesInDetail = 20;

    /// <summary>The caller's conversations, newest activity first.</summary>
    public async Task<List<ConversationView>> List(long me, CancellationToken cancellation)
    {
        var conversations = await database.Query<ConversationView>(
            $"""
            SELECT {ConversationView.Columns}
            FROM {ChatAccess.Tables}
            WHERE cm.user_id = @me AND c.kind = 'conversation' AND c.is_active
            ORDER BY c.updated_at DESC, c.id DESC
            """,
            new { me },
            cancellation);
        var ids = conversations.ConvertAll(conversation => conversation.Id).ToArray();
        var all = await overviews.Of(database, me, ids, ChatOverviews.AllMembers, cancellation);
        return conversations.ConvertAll(conversation => conversation.With(all[conversation.Id]));
    }

    /// <summary>One of the caller's conversations; 404 and 403 as <see cref="ChatAccess.Find"/> has it.</summary>
    public async Task<Outcome<ConversationView>> Find(long me, long id, CancellationToken cancellation)
    {
        var chat = new ChatRef(ChatKind.Conversation, id);
        return (await ChatAccess.Find(database, me, chat, cancellation)).IsRejected(out var rejection, out _)
            ? rejection
            : await Detail(database, me, id, cancellation);
    }

    /// <summary>A conversation that the caller is known to be in.</summary>
    public async Task<ConversationView> Detail(Sql sql, long me, long id, CancellationToken cancellation)
    {
        // The row first: a client that resumes from its seq hears at worst twice of a message that came meanwhile.
        var conversation = await sql.First<ConversationView>(
            $"SELECT {ConversationView.Columns} FROM chats c WHERE c.id = @id", new { id }, cancellation);
        var overview = await overviews.Of(sql, me, [id], ChatOverviews.AllMembers, cancellation);
        return conversation!.With(overview[id]) with { Messages = await messages.Newest(sql, id, MessagesInDetail, cancellation) };
    }
}
