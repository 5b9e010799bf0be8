using System.Data.Common;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Connectify.Migrations;
using Connectify.Server.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Connectify.Server.Storage;

/// <summary>Connections to SQLite's file: any number that read, and one that writes and stays open.</summary>
/// <remarks>
/// A write that fails since the file can't be written (another program's lock, a full or read-only disk) ends all
/// writes that wait for their turn, until <see cref="SqliteProbe"/> has written again. Reads go on.
/// </remarks>
internal sealed class SqliteFile(string connectionString, Metrics metrics, DatabaseAvailability availability) : IEngine
{
    private const long SmallestRoom = 1 << 20;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString).DataSource))!;

    // There is one writer at a time. Queueing here costs nothing; queueing inside SQLite polls and may give up.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConditionalWeakTable<sqlite3, SqliteFile> _setUp = [];
    private SqliteConnection? _writing;
    private volatile bool _wasFull;

    public async Task<SqliteConnection> Open(CancellationToken cancellation)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellation);

            // The pool gives connections back as they were: each is set up once. The wait for another program's lock is
            // longer than the timeout of a command, which therefore isn't tried twice.
            if (!_setUp.TryGetValue(connection.Handle!, out _))
            {
                await connection.ExecuteAsync("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;");
                _setUp.AddOrUpdate(connection.Handle!, this);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<T> Read<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await availability.RunWhileUp(async () =>
            {
                var since = Stopwatch.GetTimestamp();
                await using var connection = await Open(cancellation);
                metrics.WaitedForDatabase(since);
                return await work(connection);
            });
        }
        catch (SqliteException e) when (e.IsFileUnusable())
        {
            DropIdle();
            throw;
        }
    }

    // Not on the caller's thread, which may be one that serves sockets: SQLite holds the one it is on until the disk has everything.
    public Task<T> Write<T>(Func<Transaction, DbTransaction, Task<T>> work, CancellationToken cancellation) => Task.Run(
        () => Write(
            async connection =>
            {
                await using var inner = await connection.BeginTransactionAsync(cancellation);
                var result = await work(new Transaction(DatabaseEngine.Sqlite, connection, inner), inner);
                await inner.CommitAsync(CancellationToken.None);
                return result;
            },
            cancellation),
        CancellationToken.None);

    public ValueTask<DbTransaction> BeginSnapshot(DbConnection connection, CancellationToken cancellation)
        => ValueTask.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: true));

    /// <summary>
    /// Runs <paramref name="work"/> when its turn to write has come. The connection is the same each time, so what
    /// was prepared on it can be kept, until SQLite reports a failure.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The file can't be written, or the turn didn't come.</exception>
    public async Task<T> Write<T>(Func<SqliteConnection, Task<T>> work, CancellationToken cancellation)
    {
        var since = Stopwatch.GetTimestamp();
        await TakeTurn(cancellation);
        metrics.WaitedForDatabase(since);
        try
        {
            return await OnWriter(work, cancellation);
        }
        catch (SqliteException e) when (e.IsUnwritable())
        {
            availability.MarkUnwritable(e.Reason());
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes a row as it is.</summary>
    /// <returns>Whether that worked, on a disk that has room for more.</returns>
    public async Task<bool> TryWrite(CancellationToken cancellation)
    {
        // On a full disk a small write may still fit into what SQLite has there already.
        if (_wasFull && new DriveInfo(_folder).AvailableFreeSpace < SmallestRoom) return false;
        await _turn.WaitAsync(cancellation);
        try
        {
            const string Same = "UPDATE organizations SET name = name WHERE id = (SELECT min(id) FROM organizations)";
            await OnWriter(connection => connection.ExecuteAsync(Same), cancellation);
            _wasFull = false;
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Not while a write is under way, unless it never ends.
        await _turn.WaitAsync(Timeout);
        if (_writing is not null) await _writing.DisposeAsync();
        _turn.Dispose();
    }

    // A wait that ends must not leave its write behind: it would be stored after its 503. The turn may come together with
    // the end of the waits, so it is looked at once more.
    private async Task TakeTurn(CancellationToken cancellation)
    {
        var unwritable = availability.Unwritable;
        if (!_turn.Wait(0, CancellationToken.None)) await WaitForTurn(unwritable, cancellation);
        if (!unwritable.IsCancellationRequested) return;
        _turn.Release();
        throw Unavailable();
    }

    private async Task WaitForTurn(CancellationToken unwritable, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, unwritable);
        try
        {
            if (await _turn.WaitAsync(Timeout, ended.Token)) return;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable();
        }

        metrics.DatabaseWaitTimedOut();
        throw new DatabaseUnavailableException(isKnown: false, "SQLite is busy.");
    }

    private DatabaseUnavailableException Unavailable() => new(isKnown: true, availability.Problem);

    private async Task<T> OnWriter<T>(Func<SqliteConnection, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work(_writing ??= await Open(cancellation));
        }
        catch (SqliteException e)
        {
            if (_writing is not null) await _writing.DisposeAsync();
            _writing = null;
            _wasFull = e.SqliteErrorCode == raw.SQLITE_FULL;
            if (e.IsFileUnusable()) DropIdle();
            throw;
        }
    }

    private void DropIdle()
    {
        using var pooled = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(pooled);
    }
}
