using Connectify.Server.Authentication;
using Connectify.Server.Chats;

namespace Connectify.Server.Messages.History;

/// <summary>A chat's messages, newest first, by page or by cursor. Reading a list marks nothing as read.</summary>
internal sealed class ListMessages(Database database, MessageQueries messages)
{
    public async Task<Outcome<Page<MessageView>>> Run(Caller me, ChatRef chat, HttpRequest request, CancellationToken cancellation)
    {
        var asked = PageRequest.Read(request.Query);
        var access = await ChatAccess.Find(database, me.UserId, chat, cancellation);
        if (access.Rejection is { } rejection) return rejection;
        if (asked.IsRejected(out var invalid, out var page)) return invalid;

        // One moment for count, page and messages: a page of a chat in which people write still adds up.
        return await database.Snapshot(snapshot => Read(snapshot, chat.Id, page, request, cancellation), cancellation);
    }

    private async Task<Outcome<Page<MessageView>>> Read(
        Sql sql, long chatId, PageRequest page, HttpRequest request, CancellationToken cancellation)
    {
        var count = await sql.FirstOrDefault<long>("SELECT message_count FROM chats WHERE id = @chatId", new { chatId }, cancellation);
        if (page.Number > 1 && page.Offset >= count) return PageRequest.InvalidPage;
        var (ids, older, newer) = page.Number > 0
            ? await ByNumber(sql, chatId, page, count, cancellation)
            : await ByCursor(sql, chatId, page, cancellation);

        var results = await messages.ByIds(sql, ids, cancellation);
        var parameters = page.Number > 0 ? (Older: "page", Newer: "page") : (Older: "before", Newer: "after");
        return new Page<MessageView>(
            count,
            older is null ? null : page.Url(request, parameters.Older, older.Value),
            newer is null ? null : page.Url(request, parameters.Newer, newer.Value),
            [.. results.Select(message => message.WithBaseUrl(PublicUrls.Base(request)))]);
    }

    private static async Task<(long[] Ids, long? Older, long? Newer)> ByNumber(
        Sql sql, long chatId, PageRequest page, long count, CancellationToken cancellation)
    {
        var ids = await sql.Query<long>(
            "SELECT id FROM messages WHERE chat_id = @chatId AND deleted_at IS NULL ORDER BY id DESC LIMIT @Size OFFSET @Offset",
            new { chatId, page.Size, page.Offset },
            cancellation);
        return ([.. ids], page.Offset + page.Size < count ? page.Number + 1 : null, page.Number > 1 ? page.Number - 1 : null);
    }

    private static async Task<(long[] Ids, long? Older, long? Newer)> ByCursor(
        Sql sql, long chatId, PageRequest page, CancellationToken cancellation)
    {
        var ids = page.Before is not null
            ? await sql.Query<long>(
                "SELECT id FROM messages WHERE chat_id = @chatId AND deleted_at IS NULL AND id < @Before ORDER BY id DESC LIMIT @Size",
                new { chatId, page.Before, page.Size },
                cancellation)
            : await sql.Query<long>(
                "SELECT id FROM messages WHERE chat_id = @chatId AND deleted_at IS NULL AND id > @After ORDER BY id LIMIT @Size",
                new { chatId, page.After, page.Size },
                cancellation);

        // An empty page still lies somewhere: at its cursor.
        var oldest = ids.Count > 0 ? ids.Min() : page.Before ?? page.After!.Value + 1;
        var newest = ids.Count > 0 ? ids.Max() : page.After ?? page.Before!.Value - 1;
        // Not EXISTS: for that PostgreSQL scans the table where it takes most messages to be on that side.
        var around = await sql.FirstOrDefault<Around>(
            """
            SELECT
                (SELECT id FROM messages WHERE chat_id = @chatId AND deleted_at IS NULL AND id < @oldest ORDER BY id DESC LIMIT 1) IS NOT NULL AS has_older,
                (SELECT id FROM messages WHERE chat_id = @chatId AND deleted_at IS NULL AND id > @newest ORDER BY id LIMIT 1) IS NOT NULL AS has_newer
            """,
            new { chatId, oldest, newest },
            cancellation);
        return ([.. ids], around!.HasOlder ? oldest : null, around.HasNewer ? newest : null);
    }

    private sealed record Around
    {
        public bool HasOlder { get; init; }

        public bool HasNewer { get; init; }
    }
}
