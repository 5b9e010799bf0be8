using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace Connectify.Benchmarks.Servers;

/// <summary>A message of the probe, on its way.</summary>
internal sealed record Pending(long Chat, long Sender, string Content, long At)
{
    public long Id { get; set; }
}

/// <summary>One INSERT for all that gathered while the one before was under way.</summary>
internal sealed class BatchedInserts(string connectionString)
{
    private const int MostAtOnce = 2048;
    private readonly Channel<Pending> _gathered = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });

    public void Add(Pending message) => _gathered.Writer.TryWrite(message);

    /// <param name="stored">Told of each batch after its commit.</param>
    public async Task Run(Action<List<Pending>> stored)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO messages (chat_id, sender_id, content, created_at)
            SELECT chat, sender, content, at FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS t(chat, sender, content, at, n) ORDER BY n
            RETURNING id
            """,
            connection);
        NpgsqlDbType[] types = [NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Bigint];
        foreach (var type in types) command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = Array.Empty<long>() });
        command.Parameters[2].Value = Array.Empty<string>();
        await command.PrepareAsync();

        var batch = new List<Pending>();
        while (await _gathered.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MostAtOnce && _gathered.Reader.TryRead(out var message)) batch.Add(message);
            command.Parameters[0].Value = batch.ConvertAll(message => message.Chat);
            command.Parameters[1].Value = batch.ConvertAll(message => message.Sender);
            command.Parameters[2].Value = batch.ConvertAll(message => message.Content);
            command.Parameters[3].Value = batch.ConvertAll(message => message.At);
            await using (var reader = await command.ExecuteReaderAsync())
            {
                for (var i = 0; await reader.ReadAsync(); i++) batch[i].Id = reader.GetInt64(0);
            }

            stored(batch);
        }
    }
}
