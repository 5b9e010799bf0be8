using System.Data;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Connectify.Migrations;

/// <summary>
/// One migrating process at a time. Both locks end with the process that holds them, so a crash in
/// the middle of a migration never leaves a lock behind.
/// </summary>
internal static class MigrationLock
{
    private const long AdvisoryKey = 0x436F6E6E65637469;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <exception cref="TimeoutException">Another process has held the lock for a minute.</exception>
    public static Task<IAsyncDisposable> Take(DatabaseTarget target, CancellationToken cancellation)
        => target.Engine == DatabaseEngine.Postgres ? TakeAdvisory(target, cancellation) : TakeFile(target, cancellation);

    private static async Task<IAsyncDisposable> TakeAdvisory(DatabaseTarget target, CancellationToken cancellation)
    {
        // Unpooled: closing the connection ends the session, and with it the lock.
        var text = new NpgsqlConnectionStringBuilder(target.ConnectionString) { Pooling = false };
        var connection = new NpgsqlConnection(text.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({AdvisoryKey})", connection);
            command.CommandTimeout = (int)Timeout.TotalSeconds;
            await command.ExecuteNonQueryAsync(cancellation);
            return connection;
        }
        catch (NpgsqlException e) when (e.InnerException is TimeoutException && connection.State == ConnectionState.Open)
        {
            await connection.DisposeAsync();
            throw Busy();
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<IAsyncDisposable> TakeFile(DatabaseTarget target, CancellationToken cancellation)
    {
        var path = new SqliteConnectionStringBuilder(target.ConnectionString).DataSource + ".lock";
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not DirectoryNotFoundException)
            {
                if (waited.Elapsed > Timeout) throw Busy();
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
            }
        }
    }

    private static TimeoutException Busy()
        => new($"Another process has been migrating this database for {Timeout.TotalSeconds:0} s.");
}
