using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Connectify.Server.Messages.Sending;

/// <summary>Stores new messages, one or many of many chats, on PostgreSQL: one round trip, one transaction, one flush.</summary>
internal static class PostgresMessageWriter
{
    /// <param name="connection">Not in a transaction.</param>
    /// <param name="sends">In the order in which they are to be stored; no two of them may be the same message.</param>
    /// <param name="dualSendWindow">How much older a message may be of which a send is the second copy.</param>
    public static async Task<NpgsqlDataReader> Store(NpgsqlConnection connection, List<PendingSend> sends, TimeSpan dualSendWindow)
    {
        await using var batch = new NpgsqlBatch(connection);
        var (hold, insert) = sends is [var lone] ? One(lone) : Many(sends);
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (long)dualSendWindow.TotalMilliseconds });
        batch.BatchCommands.Add(hold);
        batch.BatchCommands.Add(insert);
        return await batch.ExecuteReaderAsync(CommandBehavior.Default);
    }

    /// <returns>Those of <paramref name="sends"/> that were beyond doubt and are stored, in their order.</returns>
    public static async Task<List<(PendingSend Send, StoredRow Row)>> Read(NpgsqlDataReader reader, List<PendingSend> sends)
    {
        await reader.NextResultAsync();
        var rows = new List<(PendingSend, StoredRow)>(sends.Count);
        while (await reader.ReadAsync()) rows.Add((sends[(int)reader.GetInt64(0) - 1], Read(reader)));
        return rows;
    }

    private static (NpgsqlBatchCommand Hold, NpgsqlBatchCommand Insert) One(PendingSend send)
    {
        var draft = send.Draft;
        return (
            new(PostgresInsertSql.LockOne) { Parameters = { Id(draft.Chat.Id) } },
            new(PostgresInsertSql.InsertOne)
            {
                Parameters =
                {
                    Id(draft.Chat.Id), Text(draft.Chat.KindName), Id(send.Me.UserId), Text(draft.Content), Id(draft.ReplyTo),
                    Text(draft.ClientMessageId), Id(send.DualKey), Text(draft.ViaName), Text(draft.OtherViaName),
                },
            });
    }

    private static (NpgsqlBatchCommand Hold, NpgsqlBatchCommand Insert) Many(List<PendingSend> sends) => (
        new(PostgresInsertSql.LockMany) { Parameters = { Ids([.. sends.Select(send => send.Draft.Chat.Id).Distinct()]) } },
        new(PostgresInsertSql.InsertMany)
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
            },
        });

    private static StoredRow Read(NpgsqlDataReader row)
        => new(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), new Timestamp(row.GetInt64(4)), StoredRow.ReadSender(row, 5));

    private static NpgsqlParameter Id(long? id) => new() { Value = id is { } some ? some : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter Text(string? text) => new() { Value = text is null ? DBNull.Value : text, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter<long[]> Ids(long[] ids) => new() { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter<long?[]> MaybeIds(long?[] ids) => new() { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter<string?[]> Texts(string?[] texts) => new() { TypedValue = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
