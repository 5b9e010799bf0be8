using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Connectify.Server.Messages;

/// <summary>Stores many new messages of many chats at once, on PostgreSQL: one round trip, one transaction, one flush.</summary>
internal static class PostgresBatch
{
    // A chat whose row somebody else holds is left: nobody's sends wait for another chat.
    private const string Hold = "SELECT id FROM chats WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED";

    // A statement of its own, so that it sees all that was committed before the rows were held. A chat that
    // came free only after that is not held by this transaction (xmax), and is left too.
    //
    // The plan has to be right even when it was made while all tables were empty. So each row is looked up by
    // itself (OFFSET 0 keeps PostgreSQL from joining whole tables), what must not exist is counted (EXISTS and
    // min() it may turn into scans), and ids are handed out here, in the order of the sends, rather than read
    // back and compared all with all.
    private const string Insert = """
        WITH fit AS MATERIALIZED (
            SELECT nextval('messages_id_seq') AS id, f.* FROM (
                SELECT s.*, c.access_version, greatest($10::bigint, c.updated_at) AS at,
                    c.last_seq + row_number() OVER (PARTITION BY c.id ORDER BY s.place) AS seq,
                    u.username, u.first_name, u.last_name, u.profile_image
                FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::text[], $9::text[]) WITH ORDINALITY
                    AS s(chat_id, kind, sender_id, content, reply_to, client_message_id, dual_key, via, other_via, place)
                CROSS JOIN LATERAL (SELECT * FROM chats WHERE id = s.chat_id AND kind = s.kind AND is_active AND xmax = pg_current_xact_id()::xid OFFSET 0) c
                CROSS JOIN LATERAL (SELECT FROM chat_members WHERE chat_id = s.chat_id AND user_id = s.sender_id AND left_at IS NULL OFFSET 0) cm
                CROSS JOIN LATERAL (SELECT FROM organization_members WHERE organization_id = c.organization_id AND user_id = s.sender_id OFFSET 0) om
                CROSS JOIN LATERAL (SELECT username, first_name, last_name, profile_image FROM users WHERE id = s.sender_id OFFSET 0) u
                WHERE (c.kind = 'group' OR (SELECT count(*) FROM blocks b WHERE b.organization_id = c.organization_id
                        AND b.blocker_id IN (c.low_user_id, c.high_user_id) AND b.blocked_id IN (c.low_user_id, c.high_user_id)) = 0)
                    AND (s.reply_to IS NULL OR
                        (SELECT count(*) FROM messages r WHERE r.id = s.reply_to AND r.chat_id = c.id AND r.deleted_at IS NULL) = 1)
                    AND (s.client_message_id IS NULL OR
                        (SELECT count(*) FROM messages m WHERE m.chat_id = c.id AND m.sender_id = s.sender_id AND m.client_message_id = s.client_message_id) = 0)
                    AND (s.dual_key IS NULL OR
                        (SELECT count(*) FROM messages m WHERE m.chat_id = c.id AND m.dual_key = s.dual_key AND m.dual_via = s.other_via
                            AND m.sender_id = s.sender_id AND m.created_at >= $11) = 0)
                ORDER BY s.place
            ) f
        ), stored AS (
            INSERT INTO messages (id, chat_id, seq, created_seq, sender_id, content, reply_to, client_message_id, dual_key, dual_via, created_at, updated_at)
            SELECT id, chat_id, seq, seq, sender_id, content, reply_to, client_message_id, dual_key, CASE WHEN dual_key IS NULL THEN NULL ELSE via END, at, at
            FROM fit
        ), counted AS (
            UPDATE chats SET last_seq = n.seq, message_count = message_count + n.many, updated_at = n.at
            FROM (SELECT chat_id, max(seq) AS seq, count(*) AS many, max(at) AS at FROM fit GROUP BY chat_id) n WHERE chats.id = n.chat_id
        )
        SELECT place, id, seq, access_version, at, username, first_name, last_name, profile_image FROM fit ORDER BY place
        """;

    /// <param name="connection">Not in a transaction.</param>
    /// <param name="sends">In the order in which they are to be stored; no two of them may be the same message.</param>
    /// <param name="dualSendWindow">How much older a message may be of which a send is the second copy.</param>
    /// <returns>Those that were beyond doubt and are stored, in their order.</returns>
    public static async Task<List<(PendingSend Send, StoredRow Row)>> Store(NpgsqlConnection connection, List<PendingSend> sends, TimeSpan dualSendWindow)
    {
        var now = Timestamp.Now;
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Hold) { Parameters = { Ids([.. sends.Select(send => send.Draft.Chat.Id).Distinct()]) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Insert)
        {
            Parameters =
            {
                Ids([.. sends.Select(send => send.Draft.Chat.Id)]),
                Texts([.. sends.Select(send => send.Draft.Chat.KindName)]),
                Ids([.. sends.Select(send => send.Me.UserId)]),
                Texts([.. sends.Select(send => send.Draft.Content)]),
                MaybeIds([.. sends.Select(send => send.Draft.ReplyTo)]),
                Texts([.. sends.Select(send => send.Draft.ClientMessageId)]),
                MaybeIds([.. sends.Select(send => send.DualKey)]),
                Texts([.. sends.Select(send => send.Draft.ViaName)]),
                Texts([.. sends.Select(send => send.Draft.OtherViaName)]),
                new NpgsqlParameter<long> { TypedValue = now.Milliseconds },
                new NpgsqlParameter<long> { TypedValue = (now - dualSendWindow).Milliseconds },
            },
        });
        await using var reader = await batch.ExecuteReaderAsync(CommandBehavior.Default);
        await reader.NextResultAsync();
        var rows = new List<(PendingSend, StoredRow)>(sends.Count);
        while (await reader.ReadAsync()) rows.Add((sends[(int)reader.GetInt64(0) - 1], Read(reader)));
        return rows;
    }

    private static StoredRow Read(NpgsqlDataReader row)
        => new(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), new Timestamp(row.GetInt64(4)), StoredRow.ReadSender(row, 5));

    private static NpgsqlParameter<long[]> Ids(long[] ids) => new() { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter<long?[]> MaybeIds(long?[] ids) => new() { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter<string?[]> Texts(string?[] texts) => new() { TypedValue = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
