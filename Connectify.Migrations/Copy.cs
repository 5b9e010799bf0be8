using Microsoft.Data.Sqlite;
using Npgsql;

namespace Connectify.Migrations;

/// <summary>
/// Copies a whole installation from SQLite to PostgreSQL: every row with its ids, so that tokens, URLs and
/// positions of clients stay valid. All of it or nothing.
/// </summary>
public static class Copy
{
    // A table comes after those that its foreign keys refer to.
    private static readonly string[] Tables =
    [
        "organizations", "users", "organization_members", "sessions", "refresh_tokens", "chats", "chat_members", "blocks", "upload_usage",
        "messages", "attachments", "reactions", "message_reads", "message_tallies",
    ];

    /// <summary>Copies everything. No server may be writing to <paramref name="source"/> meanwhile: later rows would stay behind.</summary>
    /// <param name="source">A SQLite file with this program's schema.</param>
    /// <param name="target">A PostgreSQL database with this program's schema and nothing in it.</param>
    /// <param name="cancellation">Ends it; then nothing is copied.</param>
    /// <returns>How many rows of each table were copied, in the order in which they were.</returns>
    /// <exception cref="CopyRefusedException">One of the two is not as it has to be; nothing was changed.</exception>
    /// <exception cref="TimeoutException">Another process has held the target's migration lock for a minute.</exception>
    public static async Task<IReadOnlyList<(string Table, long Rows)>> Run(
        DatabaseTarget source, DatabaseTarget target, CancellationToken cancellation = default)
    {
        await using var to = (NpgsqlConnection)target.NewConnection();
        await to.OpenAsync(cancellation);
        await using var transaction = await MigrationLock.Begin(to, cancellation);
        DemandCurrent(await Schema.Inspect(source, cancellation), "The SQLite file");
        DemandCurrent((await History.Read(to, cancellation)).State, "The PostgreSQL database");

        await using var from = (SqliteConnection)source.NewConnection();
        await from.OpenAsync(cancellation);
        await using var snapshot = from.BeginTransaction(deferred: true);
        await DemandKnown(from, cancellation);
        await Execute(to, $"LOCK TABLE {string.Join(", ", Tables)} IN EXCLUSIVE MODE", cancellation);
        await DemandEmpty(to, cancellation);
        var copied = new List<(string, long)>();
        foreach (var table in Tables) copied.Add((table, await new TableCopy(table, from, to).Run(cancellation)));
        await transaction.CommitAsync(cancellation);

        // Without statistics the planner guesses.
        await Execute(to, "ANALYZE", cancellation);
        return copied;
    }

    private static void DemandCurrent(SchemaState state, string name)
    {
        if (!state.IsCurrent) throw new CopyRefusedException($"{name} doesn't have this program's schema: look with status, and bring it there with apply.");
    }

    private static async Task DemandKnown(SqliteConnection from, CancellationToken cancellation)
    {
        await using var command = from.CreateCommand();
        command.CommandText = """
            SELECT name FROM sqlite_master
            WHERE type = 'table' AND name <> 'VersionInfo' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE '\_\_EF%' ESCAPE '\'
            """;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (!Tables.Contains(reader.GetString(0))) throw new CopyRefusedException($"The SQLite file has a table that this program doesn't know: {reader.GetString(0)}.");
        }
    }

    private static async Task DemandEmpty(NpgsqlConnection to, CancellationToken cancellation)
    {
        // The schema itself makes the first organization; the copied one replaces it.
        foreach (var table in Tables)
        {
            await using var command = new NpgsqlCommand($"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT 2) few", to);
            var rows = (long)(await command.ExecuteScalarAsync(cancellation))!;
            if (rows > (table == "organizations" ? 1 : 0)) throw new CopyRefusedException($"The PostgreSQL database is not empty: {table} has rows.");
        }

        await Execute(to, "DELETE FROM organizations", cancellation);
    }

    private static async Task Execute(NpgsqlConnection to, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, to) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
