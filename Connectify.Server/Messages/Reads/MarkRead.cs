using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Chats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Messages.Reads;

/// <summary>What a mark as read came to.</summary>
/// <param name="NewlyRead">Those that were unread until now, in ascending order.</param>
/// <param name="Missing">The ids that are no messages of the chat.</param>
internal sealed record ReadResult(IReadOnlyList<long> NewlyRead, IReadOnlyList<long> Missing);

/// <summary>Marks messages of others as read, each on its own: reading 125 does not read 124.</summary>
/// <remarks>Two devices of one user take turns at the member row. Only new reads are published.</remarks>
internal sealed class MarkRead(Database database, EventPublisher publisher)
{
    public async Task<Outcome<ReadResult>> Run(Caller me, ChatRef chat, IReadOnlyList<long> messageIds, bool asBatch, CancellationToken cancellation)
    {
        ChatAccess? access = null;
        var outcome = await database.WriteOrReject<ReadResult>(
            async transaction =>
            {
                var found = await ChatAccess.Find(transaction, me.UserId, chat, cancellation);
                if (found.IsRejected(out var rejection, out access)) return rejection;
                return await Mark(transaction, me.UserId, chat.Id, [.. messageIds], cancellation);
            },
            cancellation);
        if (outcome.Rejection is null && outcome.Value.NewlyRead.Count > 0) Publish(me, access!, outcome.Value.NewlyRead, asBatch);
        return outcome;
    }

    private void Publish(Caller me, ChatAccess access, IReadOnlyList<long> ids, bool asBatch)
    {
        // Receipts don't cross a block; the reader's own devices get them.
        var onlyUser = access.HasBlocked || access.IsBlocked ? me.UserId : 0;
        if (asBatch)
        {
            Send(Frames.ReadMessages, new { user_id = me.UserId, message_ids = ids });
            return;
        }

        foreach (var id in ids) Send(Frames.Read, new { user_id = me.UserId, message_id = id });

        void Send(string name, object payload)
            => publisher.Publish(new ChatEvent(access.ChatId, name, FramePayload.Of(access.Chat, 0, payload)) { OnlyUser = onlyUser, Actor = me.UserId });
    }

    private static async Task<ReadResult> Mark(Transaction transaction, long me, long chatId, long[] messageIds, CancellationToken cancellation)
    {
        var (points, known) = await LockAndLoad(transaction, me, chatId, messageIds, cancellation);
        var ranges = await OverlappingRanges(transaction, me, chatId, points, cancellation);
        var newlyRead = points.Where(point => !ranges.Contains(point.Id)).ToList();
        var before = ranges.All.ToHashSet();
        newlyRead.ForEach(ranges.Add);
        foreach (var gone in before.Except(ranges.All))
        {
            await transaction.Execute(
                "DELETE FROM message_reads WHERE chat_id = @chatId AND user_id = @me AND first_id = @FirstId",
                new { chatId, me, gone.FirstId },
                cancellation);
        }

        foreach (var range in ranges.All.Except(before))
        {
            await transaction.Execute(
                "INSERT INTO message_reads (chat_id, user_id, first_id, last_id) VALUES (@chatId, @me, @FirstId, @LastId)",
                new { chatId, me, range.FirstId, range.LastId },
                cancellation);
        }

        if (newlyRead.Count > 0) await RaiseWatermark(transaction, me, chatId, cancellation);
        return new ReadResult([.. newlyRead.Select(point => point.Id)], [.. messageIds.Except(known)]);
    }

    private static Task<(List<ReadPoint> Points, HashSet<long> Known)> LockAndLoad(
        Transaction transaction, long me, long chatId, long[] messageIds, CancellationToken cancellation)
        => transaction.QueryMultiple(
            """
            SELECT user_id FROM chat_members WHERE chat_id = @chatId AND user_id = @me FOR UPDATE;
            SELECT m.id,
                COALESCE((SELECT max(p.id) FROM messages p WHERE p.chat_id = @chatId AND p.id < m.id AND p.sender_id <> @me AND p.deleted_at IS NULL), 0) AS previous,
                COALESCE((SELECT min(n.id) FROM messages n WHERE n.chat_id = @chatId AND n.id > m.id AND n.sender_id <> @me AND n.deleted_at IS NULL), 0) AS next
            FROM messages m WHERE m.id = ANY(@messageIds) AND m.chat_id = @chatId AND m.sender_id <> @me AND m.deleted_at IS NULL ORDER BY m.id;
            SELECT id FROM messages WHERE id = ANY(@messageIds) AND chat_id = @chatId AND deleted_at IS NULL
            """,
            new { chatId, me, messageIds },
            async grid =>
            {
                await grid.ReadAsync<long>();
                var points = (await grid.ReadAsync<ReadPoint>()).ToList();
                return (points, (await grid.ReadAsync<long>()).ToHashSet());
            },
            cancellation);

    // Only the ranges that these messages can extend or join: a reader who skips every second message has many.
    private static async Task<ReadRanges> OverlappingRanges(
        Transaction transaction, long me, long chatId, List<ReadPoint> points, CancellationToken cancellation)
    {
        if (points.Count == 0) return new ReadRanges([]);
        var from = points.Min(point => point.Previous);
        var to = points.Exists(point => point.Next == 0) ? long.MaxValue : points.Max(point => point.Next);
        return new ReadRanges(await transaction.Query<ReadRange>(
            """
            SELECT first_id, last_id FROM message_reads
            WHERE chat_id = @chatId AND user_id = @me AND last_id >= @from AND first_id <= @to
            """,
            new { chatId, me, from, to },
            cancellation));
    }

    /// <summary>Moves the watermark past everything that is read in one go from it, so that counting starts there.</summary>
    private static async Task RaiseWatermark(Transaction transaction, long me, long chatId, CancellationToken cancellation)
    {
        var read = await transaction.FirstOrDefault<long?>(
            """
            SELECT r.last_id FROM message_reads r
            WHERE r.chat_id = @chatId AND r.user_id = @me AND r.first_id <= (
                SELECT min(m.id) FROM messages m
                WHERE m.chat_id = @chatId AND m.sender_id <> @me AND m.deleted_at IS NULL
                    AND m.id > (SELECT unread_after FROM chat_members WHERE chat_id = @chatId AND user_id = @me))
                AND r.last_id > (SELECT unread_after FROM chat_members WHERE chat_id = @chatId AND user_id = @me)
            ORDER BY r.first_id DESC LIMIT 1
            """,
            new { chatId, me },
            cancellation);
        if (read is null) return;
        await transaction.Execute(
            "UPDATE chat_members SET unread_after = @read WHERE chat_id = @chatId AND user_id = @me AND unread_after < @read",
            new { read, chatId, me },
            cancellation);
    }
}
