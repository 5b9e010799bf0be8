using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Connectify.Migrations;

/// <summary>
/// Mutual exclusion of migrating processes. The lock belongs to the transaction that does the work, so it ends with
/// it: by commit, rollback, a crash or a lost connection. It needs no session, so it works through PgBouncer's
/// transaction mode, and no second connection.
/// </summary>
internal static class MigrationLock
{
    // Programs before VersionInfo take the same key, as a session lock. The two exclude each other.
    private const long AdvisoryKey = 0x436F6E6E65637469;

    // A migration may run for hours, but must not queue for long behind another transaction's table lock:
    // every later statement on that table queues behind it.
    private const string Limits = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '30s'";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <returns>A new transaction that holds the lock.</returns>
    /// <exception cref="TimeoutException">Another process has held the lock for a minute.</exception>
    public static async Task<DbTransaction> Begin(DbConnection connection, CancellationToken cancellation)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Timeout; await Task.Delay(Pause, cancellation))
        {
            var transaction = connection is NpgsqlConnection postgres
                ? await TryAdvisory(postgres, cancellation)
                : await TryImmediate((SqliteConnection)connection, cancellation);
            if (transaction is not null) return transaction;
        }

        throw new TimeoutException($"Another process has held {NameOf(connection)} for {Timeout.TotalSeconds:0} s.");
    }

    /// <returns>What <see cref="Begin"/> waits for, such as <c>the migration lock of database "connectify" at tcp://db:5432</c>.</returns>
    public static string NameOf(DbConnection connection) => connection is NpgsqlConnection
        ? $"the migration lock of database \"{connection.Database}\" at {connection.DataSource}"
        : $"the write lock of {connection.DataSource}";

    // Polled: a statement that waits would keep one of a pooler's server connections, and the process that migrates
    // may need it.
    private static async Task<DbTransaction?> TryAdvisory(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Read committed: what is read under the lock includes what its last holder committed.
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
        await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_xact_lock({AdvisoryKey})", connection);
        if (await command.ExecuteScalarAsync(cancellation) is true)
        {
            command.CommandText = Limits;
            await command.ExecuteNonQueryAsync(cancellation);
            return transaction;
        }

        await transaction.DisposeAsync();
        return null;
    }

    // SQLite has one writer at a time, and BEGIN IMMEDIATE becomes it. SQLite blocks its thread meanwhile.
    private static async Task<DbTransaction?> TryImmediate(SqliteConnection connection, CancellationToken cancellation)
    {
        connection.DefaultTimeout = 1;
        try
        {
            var transaction = await Task.Run(() => connection.BeginTransaction(deferred: false), cancellation);
            connection.DefaultTimeout = (int)Timeout.TotalSeconds;
            return transaction;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED)
        {
            return null;
        }
    }
}
