using System.Diagnostics;
using System.Runtime.CompilerServices;
using Connectify.Server.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Connectify.Server.Storage;

/// <summary>Connections to SQLite's file: any number that read, and one that writes and stays open.</summary>
internal sealed class SqliteFile(string connectionString, Metrics metrics) : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    // There is one writer at a time. Queueing here costs nothing; queueing inside SQLite polls and may give up.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConditionalWeakTable<sqlite3, SqliteFile> _setUp = [];
    private SqliteConnection? _writing;

    public async Task<SqliteConnection> Open(CancellationToken cancellation)
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancellation);

        // The pool gives connections back as they were: each is set up once.
        if (_setUp.TryAdd(connection.Handle!, this))
        {
            await connection.ExecuteAsync("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;");
        }

        return connection;
    }

    /// <summary>
    /// Runs <paramref name="work"/> when its turn to write has come. The connection is the same each time, so what
    /// was prepared on it can be kept, until SQLite reports a failure.
    /// </summary>
    public async Task<T> Write<T>(Func<SqliteConnection, Task<T>> work, CancellationToken cancellation)
    {
        var since = Stopwatch.GetTimestamp();
        await _turn.WaitAsync(cancellation);
        metrics.WaitedForDatabase(since);
        try
        {
            return await work(_writing ??= await Open(cancellation));
        }
        catch (SqliteException)
        {
            if (_writing is not null) await _writing.DisposeAsync();
            _writing = null;
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Not under the hands of who is writing, unless he writes for ever.
        await _turn.WaitAsync(Timeout);
        if (_writing is not null) await _writing.DisposeAsync();
        _turn.Dispose();
    }
}
