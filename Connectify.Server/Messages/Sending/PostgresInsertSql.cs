namespace Connectify.Server.Messages.Sending;

/// <summary>
/// What <see cref="PostgresMessageWriter"/> asks PostgreSQL: for many messages, arrays; for one, values, with less to set up, which
/// is most of what a lone send costs. $1 to $9: chat, its kind, sender, content, reply_to, client_message_id,
/// dual_key, via, the other way; $10 how many milliseconds older a first copy may be.
/// </summary>
internal static class PostgresInsertSql
{
    // Skips chats whose row is locked: sends never wait for another chat.
    public const string LockMany = "SELECT id FROM chats WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED";
    public const string LockOne = "SELECT id FROM chats WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED";

    // xmax: only where this transaction holds the chat's row.
    private static readonly string CanInsert = $"""
        c.kind = s.kind AND c.is_active AND c.xmax = pg_current_xact_id()::xid
        AND {SendConditions.CanInsert("s.sender_id", "s.reply_to", "s.client_message_id", "s.dual_key", "s.other_via", $"{Dialect.Now} - $10::bigint")}
        """;

    // These are statements of their own, so that they see all that was committed before the rows were held. A chat that
    // came free only after that is not held by this transaction (xmax), and is left too.
    //
    // The plan has to be right even when it was made while all tables were empty. So each row is looked up by
    // itself (OFFSET 0 keeps PostgreSQL from joining whole tables, and EXISTS it may turn into scans), and ids are handed
    // out here, in the order of the sends, rather than read back and compared all with all.
    public static readonly string InsertMany = $"""
        WITH fit AS MATERIALIZED (
            SELECT nextval('messages_id_seq') AS id, f.* FROM (
                SELECT s.*, c.access_version, greatest({Dialect.Now}, c.updated_at) AS at,
                    c.last_seq + row_number() OVER (PARTITION BY c.id ORDER BY s.place) AS seq,
                    u.username, u.first_name, u.last_name, u.profile_image
                FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::text[], $9::text[]) WITH ORDINALITY
                    AS s(chat_id, kind, sender_id, content, reply_to, client_message_id, dual_key, via, other_via, place)
                CROSS JOIN LATERAL (SELECT *, xmax FROM chats WHERE id = s.chat_id OFFSET 0) c
                CROSS JOIN LATERAL (SELECT username, first_name, last_name, profile_image FROM users WHERE id = s.sender_id OFFSET 0) u
                WHERE {CanInsert}
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

    public static readonly string InsertOne = $"""
        WITH counted AS (
            UPDATE chats c SET last_seq = c.last_seq + 1, message_count = c.message_count + 1, updated_at = greatest({Dialect.Now}, c.updated_at)
            FROM users u, (SELECT $1::bigint AS chat_id, $2::text AS kind, $3::bigint AS sender_id, $5::bigint AS reply_to,
                $6::text AS client_message_id, $7::bigint AS dual_key, $9::text AS other_via) s
            WHERE c.id = s.chat_id AND u.id = s.sender_id AND {CanInsert}
            RETURNING c.last_seq AS seq, c.access_version, c.updated_at AS at, u.username, u.first_name, u.last_name, u.profile_image
        ), stored AS (
            INSERT INTO messages (chat_id, seq, created_seq, sender_id, content, reply_to, client_message_id, dual_key, dual_via, created_at, updated_at)
            SELECT $1, seq, seq, $3, $4::text, $5, $6, $7, CASE WHEN $7 IS NULL THEN NULL ELSE $8::text END, at, at FROM counted
            RETURNING id
        )
        SELECT 1::bigint AS place, stored.id, counted.* FROM counted, stored
        """;
}
