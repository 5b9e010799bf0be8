using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Connectify.Migrations;

/// <summary>Streams the rows of one table, one at a time in memory.</summary>
internal sealed class TableCopy(string table, SqliteConnection from, NpgsqlConnection to)
{
    // Foreign keys are checked when the last row is in: of a large table that takes a while.
    private static readonly TimeSpan CompletionTimeout = TimeSpan.FromDays(1);

    /// <returns>How many rows there were.</returns>
    public async Task<long> Run(CancellationToken cancellation)
    {
        var columns = await Columns(cancellation);
        var names = string.Join(", ", columns.Select(column => column.Name));
        await using var select = from.CreateCommand();
        select.CommandText = $"SELECT {names} FROM {table} ORDER BY rowid";
        await using var rows = await select.ExecuteReaderAsync(cancellation);
        ulong count;
        await using (var import = await to.BeginBinaryImportAsync($"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)", cancellation))
        {
            import.Timeout = CompletionTimeout;
            while (await rows.ReadAsync(cancellation)) await Write(import, rows, columns, cancellation);
            count = await import.CompleteAsync(cancellation);
        }

        foreach (var column in columns.Where(column => column.IsGenerated)) await ContinueSequence(column.Name, cancellation);
        return (long)count;
    }

    private static async Task Write(NpgsqlBinaryImporter import, SqliteDataReader row, List<Column> columns, CancellationToken cancellation)
    {
        await import.StartRowAsync(cancellation);
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.IsDBNull(i)) await import.WriteNullAsync(cancellation);
            else if (columns[i].Type == NpgsqlDbType.Boolean) await import.WriteAsync(row.GetInt64(i) != 0, NpgsqlDbType.Boolean, cancellation);
            else if (columns[i].Type == NpgsqlDbType.Bigint) await import.WriteAsync(row.GetInt64(i), NpgsqlDbType.Bigint, cancellation);
            else await import.WriteAsync(row.GetString(i), NpgsqlDbType.Text, cancellation);
        }
    }

    private async Task<List<Column>> Columns(CancellationToken cancellation)
    {
        const string Sql = """
            SELECT column_name, data_type, is_identity = 'YES' FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position
            """;
        await using var command = new NpgsqlCommand(Sql, to) { Parameters = { new NpgsqlParameter<string> { TypedValue = table } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var columns = new List<Column>();
        while (await reader.ReadAsync(cancellation)) columns.Add(new Column(reader.GetString(0), TypeOf(reader.GetString(1)), reader.GetBoolean(2)));
        return columns;
    }

    // The next id is one that no row ever had, deleted rows included.
    private async Task ContinueSequence(string column, CancellationToken cancellation)
    {
        await using var last = from.CreateCommand();
        last.CommandText = $"SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = $table), 0), coalesce((SELECT max({column}) FROM {table}), 0))";
        last.Parameters.AddWithValue("$table", table);
        var used = Convert.ToInt64(await last.ExecuteScalarAsync(cancellation), CultureInfo.InvariantCulture);
        await using var set = new NpgsqlCommand($"SELECT setval(pg_get_serial_sequence($1, '{column}'), $2, false)", to)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = table }, new NpgsqlParameter<long> { TypedValue = used + 1 } },
        };
        await set.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlDbType TypeOf(string name) => name switch
    {
        "bigint" => NpgsqlDbType.Bigint,
        "boolean" => NpgsqlDbType.Boolean,
        "text" => NpgsqlDbType.Text,
        _ => throw new NotSupportedException($"Columns of type {name} can't be copied."),
    };

    private sealed record Column(string Name, NpgsqlDbType Type, bool IsGenerated);
}
