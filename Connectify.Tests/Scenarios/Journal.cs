using Dapper;
using Npgsql;

namespace Connectify.Tests.Scenarios;

/// <summary>
/// Has PostgreSQL itself write down each change of each chat in the transaction that makes it. So the
/// truth doesn't depend on what the server believes, and holds also what later changes took the place of.
/// </summary>
internal sealed class Journal(string connectionString)
{
    // Deferred to the commit: a change may take several statements. By then its transaction holds the chat's row.
    private const string Install = """
        CREATE TABLE journal (chat_id bigint, seq bigint, message_id bigint, is_new bool, is_deletion bool, content text, at bigint);
        CREATE TABLE departures (chat_id bigint, user_id bigint, seq bigint, at bigint);
        CREATE INDEX ON journal (chat_id);
        CREATE FUNCTION now_ms() RETURNS bigint LANGUAGE sql AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint $$;
        CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO journal SELECT chat_id, NEW.seq, id, TG_OP = 'INSERT', deleted_at IS NOT NULL, content, now_ms() FROM messages WHERE id = NEW.id;
            RETURN NULL;
        END $$;
        CREATE FUNCTION note_departure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO departures SELECT NEW.chat_id, NEW.user_id, last_seq, now_ms() FROM chats WHERE id = NEW.chat_id;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER note_new AFTER INSERT ON messages DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change();
        CREATE CONSTRAINT TRIGGER note_changed AFTER UPDATE ON messages DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
            WHEN (OLD.seq <> NEW.seq) EXECUTE FUNCTION note_change();
        CREATE CONSTRAINT TRIGGER note_left AFTER UPDATE ON chat_members DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
            WHEN (OLD.left_at IS NULL AND NEW.left_at IS NOT NULL) EXECUTE FUNCTION note_departure();
        """;

    /// <summary>To be called once, when the server has made its schema.</summary>
    public Task Begin() => Ask(connection => connection.ExecuteAsync(Install));

    /// <summary>Where chats stand.</summary>
    public Task<Dictionary<long, long>> LastSeqs(long[] chatIds)
        => Ask(async connection => (await connection.QueryAsync<(long Id, long LastSeq)>(
            "SELECT id, last_seq FROM chats WHERE id = ANY(@chatIds)", new { chatIds })).ToDictionary(row => row.Id, row => row.LastSeq));

    /// <summary>All that happened in some chats.</summary>
    /// <param name="chatIds">The chats.</param>
    /// <param name="returns">When somebody who had been removed was asked back, in milliseconds since 1970.</param>
    public Task<CommittedHistory> Read(long[] chatIds, IReadOnlyCollection<(long ChatId, long UserId, long At)> returns)
        => Ask(async connection =>
        {
            var changes = await connection.QueryAsync<Change>(
                """
                SELECT chat_id AS "ChatId", seq AS "Seq", message_id AS "MessageId", is_new AS "IsNew", is_deletion AS "IsDeletion", content AS "Content", at AS "At"
                FROM journal WHERE chat_id = ANY(@chatIds)
                """,
                new { chatIds });
            var departures = await connection.QueryAsync<(long ChatId, long UserId, long Seq, long At)>(
                "SELECT chat_id, user_id, seq, at FROM departures WHERE chat_id = ANY(@chatIds)", new { chatIds });
            var reactions = await connection.QueryAsync<Reaction>(
                """
                SELECT r.message_id AS "MessageId", r.user_id AS "UserId", r.emoji AS "Emoji"
                FROM reactions r JOIN messages m ON m.id = r.message_id WHERE m.chat_id = ANY(@chatIds)
                """,
                new { chatIds });
            var removals = departures.Select(gone => new Removal(gone.ChatId, gone.UserId, gone.Seq, BackFrom(gone, returns)));
            return new CommittedHistory([.. changes], [.. removals], [.. reactions], await LastSeqs(chatIds));
        });

    /// <summary>Has everybody wait who asks what has been read; others don't.</summary>
    public Task BlockReads(TimeSpan duration)
        => Ask(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync("LOCK TABLE message_reads IN ACCESS EXCLUSIVE MODE", transaction: transaction);
            await Task.Delay(duration);
            return true;
        });

    private static long BackFrom((long ChatId, long UserId, long Seq, long At) gone, IReadOnlyCollection<(long ChatId, long UserId, long At)> returns)
        => returns.Where(back => back.ChatId == gone.ChatId && back.UserId == gone.UserId && back.At >= gone.At)
            .Select(back => back.At).DefaultIfEmpty(long.MaxValue).Min();

    private async Task<T> Ask<T>(Func<NpgsqlConnection, Task<T>> ask)
    {
        // Without a pool: its connections would not survive what is done to the server.
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        return await ask(connection);
    }
}
