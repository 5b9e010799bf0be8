using Microsoft.Data.Sqlite;
using Npgsql;

namespace Connectify.Migrations;

/// <summary>
/// Moves a whole installation from SQLite to PostgreSQL: every row with its ids, so that tokens, URLs and
/// positions of clients stay good. All of it or nothing.
/// </summary>
public static class Copy
{
    // Who is referred to comes before who refers.
    private static readonly string[] Tables =
    [
        "organizations", "users", "organization_members", "sessions", "refresh_tokens", "chats", "chat_members", "blocks",
        "messages", "attachments", "reactions", "message_reads", "message_tallies",
    ];

    /// <summary>Copies everything. Nobody may be writing to <paramref name="source"/> meanwhile: what comes later stays behind.</summary>
    /// <param name="source">A SQLite file with this program's schema.</param>
    /// <param name="target">A PostgreSQL database with this program's schema and nothing in it.</param>
    /// <param name="cancellation">Ends it; then nothing is copied.</param>
    /// <returns>How many rows of each table were copied, in the order in which they were.</returns>
    /// <exception cref="CopyRefusedException">One of the two is not as it has to be; nothing was changed.</exception>
    /// <exception cref="TimeoutException">Another process has been migrating the target for a minute.</exception>
    public static async Task<IReadOnlyList<(string Table, long Rows)>> Run(
        DatabaseTarget source, DatabaseTarget target, CancellationToken cancellation = default)
    {
        await using var held = await MigrationLock.Take(target, cancellation);
        await DemandCurrent(source, "The SQLite file", cancellation);
        await DemandCurrent(target, "The PostgreSQL database", cancellation);
        await using var from = new SqliteConnection(source.ConnectionString);
        await from.OpenAsync(cancellation);
        await using var snapshot = from.BeginTransaction(deferred: true);
        await DemandKnown(from, cancellation);

        await using var to = new NpgsqlConnection(target.ConnectionString);
        await to.OpenAsync(cancellation);
        await using var transaction = await to.BeginTransactionAsync(cancellation);
        await Execute(to, $"LOCK TABLE {string.Join(", ", Tables)} IN EXCLUSIVE MODE", cancellation);
        await DemandEmpty(to, cancellation);
        var copied = new List<(string, long)>();
        foreach (var table in Tables) copied.Add((table, await new TableCopy(table, from, to).Run(cancellation)));
        await transaction.CommitAsync(cancellation);

        // Without figures of its tables the planner guesses.
        await Execute(to, "ANALYZE", cancellation);
        return copied;
    }

    private static async Task DemandCurrent(DatabaseTarget database, string name, CancellationToken cancellation)
    {
        var state = await Schema.Inspect(database, cancellation);
        if (!state.IsCurrent) throw new CopyRefusedException($"{name} doesn't have this program's schema: look with status, and bring it there with apply.");
    }

    private static async Task DemandKnown(SqliteConnection from, CancellationToken cancellation)
    {
        await using var command = from.CreateCommand();
        command.CommandText = """SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE '\_\_EF%' ESCAPE '\'""";
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (!Tables.Contains(reader.GetString(0))) throw new CopyRefusedException($"The SQLite file has a table that this program doesn't know: {reader.GetString(0)}.");
        }
    }

    private static async Task DemandEmpty(NpgsqlConnection to, CancellationToken cancellation)
    {
        // The schema itself brings the first organization; the one that is copied takes its place.
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
