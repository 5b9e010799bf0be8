using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Connectify.Migrations;
using Connectify.Server.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Connectify.Server.Storage;

/// <summary>Connections and transactions on the engine that is configured.</summary>
internal sealed class Database : Sql, IAsyncDisposable
{
    private const int SecondsPerCommand = 15;

    // One request may wait for a connection several times, and behind others that do: once one has waited in
    // vain, the next wait less, so that everybody is answered within twice the patience.
    private const int BackoffDivisor = 5;
    private const long BackoffFor = 2_000;
    private const long DedicatedIdleLimit = 10_000;

    private readonly DatabaseTarget _target;
    private readonly Metrics _metrics;
    private readonly TimeSpan _timeout;
    private readonly NpgsqlDataSource? _postgres;
    private readonly SqliteFile? _sqlite;
    private long _backoffSince = long.MinValue / 2;
    private NpgsqlConnection? _dedicated;
    private long _dedicatedSince;

    /// <param name="target">Which one.</param>
    /// <param name="metrics">Hear how long was waited, and in vain.</param>
    /// <param name="timeout">How long to wait for a connection to PostgreSQL.</param>
    public Database(DatabaseTarget target, Metrics metrics, TimeSpan timeout)
        : base(target.Engine)
    {
        (_target, _metrics, _timeout) = (target, metrics, timeout);
        if (target.Engine == DatabaseEngine.Postgres) _postgres = DataSource(target.ConnectionString, timeout);
        else _sqlite = new SqliteFile(target.ConnectionString, metrics);
    }

    public DatabaseTarget Target => _target;

    public DatabaseAvailability Availability { get; } = new();

    public override Task<List<T>> Query<T>(string sql, object? arguments, CancellationToken cancellation)
        => On(async connection => (await connection.QueryAsync<T>(Command(sql, arguments, null, cancellation))).AsList(), cancellation);

    public override Task<T?> FirstOrDefault<T>(string sql, object? arguments, CancellationToken cancellation)
        where T : default
        => On(connection => connection.QueryFirstOrDefaultAsync<T>(Command(sql, arguments, null, cancellation)), cancellation);

    public override Task<T> QueryMultiple<T>(
        string sql, object? arguments, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken cancellation)
        => On(
            async connection =>
            {
                using var grid = await connection.QueryMultipleAsync(Command(sql, arguments, null, cancellation));
                return await read(grid);
            },
            cancellation);

    /// <summary>A single write on its own.</summary>
    /// <returns>The number of rows written.</returns>
    public Task<int> Execute(string sql, object? arguments, CancellationToken cancellation)
        => Write(transaction => transaction.Execute(sql, arguments, cancellation), cancellation);

    /// <summary>Runs <paramref name="work"/> in a transaction and commits; an exception rolls everything back.</summary>
    public Task<T> Write<T>(Func<Transaction, Task<T>> work, CancellationToken cancellation)
        => _sqlite is null
            ? On(connection => Commit(connection, (transaction, _) => work(transaction), cancellation), cancellation)
            : OnSqlite((transaction, _) => work(transaction), cancellation);

    /// <summary>As <see cref="Write{T}"/>, but an outcome that is a rejection rolls back too.</summary>
    public async Task<Outcome<T>> WriteOrReject<T>(Func<Transaction, Task<Outcome<T>>> work, CancellationToken cancellation)
    {
        try
        {
            return await Write(
                async transaction =>
                {
                    var outcome = await work(transaction);
                    return outcome.Rejection is { } rejection ? throw new RolledBack(rejection) : outcome;
                },
                cancellation);
        }
        catch (RolledBack rolledBack)
        {
            return rolledBack.Rejection;
        }
    }

    /// <summary>
    /// Runs what only PostgreSQL can do and what is done all the time, on a connection that is kept for it: the
    /// pool takes turns among all of its connections, and each would have to warm up.
    /// </summary>
    public Task<T> OnPostgres<T>(Func<NpgsqlConnection, Task<T>> work) => Availability.RunWhileUp(async () =>
    {
        var connection = await TakeDedicated() ?? (NpgsqlConnection)await Open(CancellationToken.None);
        try
        {
            var result = await work(connection);
            Volatile.Write(ref _dedicatedSince, Environment.TickCount64);
            if (Interlocked.CompareExchange(ref _dedicated, connection, null) is null) connection = null;
            return result;
        }
        finally
        {
            if (connection is not null) await connection.DisposeAsync();
        }
    });

    /// <summary>
    /// As <see cref="Write{T}"/>, for what only SQLite can do and what is done all the time. Not on the caller's thread,
    /// which may be one that serves sockets: SQLite holds the one it is on until the disk has everything.
    /// </summary>
    public Task<T> OnSqlite<T>(Func<Transaction, SqliteTransaction, Task<T>> work, CancellationToken cancellation)
        => Task.Run(
            () => _sqlite!.Write(
                connection => Commit(connection, (transaction, inner) => work(transaction, (SqliteTransaction)inner), cancellation),
                cancellation),
            CancellationToken.None);

    /// <summary>Reads several times from the same moment.</summary>
    public Task<T> Snapshot<T>(Func<Sql, Task<T>> read, CancellationToken cancellation) => On(
        async connection =>
        {
            await using var transaction = connection is SqliteConnection sqlite
                ? sqlite.BeginTransaction(deferred: true)
                : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            return await read(new Transaction(_target.Engine, connection, transaction));
        },
        cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_dedicated is not null) await _dedicated.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        if (_sqlite is not null) await _sqlite.DisposeAsync();
        Availability.Dispose();
    }

    private async Task<T> Commit<T>(DbConnection connection, Func<Transaction, DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var result = await work(new Transaction(_target.Engine, connection, transaction), transaction);

        // Not cancellable: once the commit is under way its outcome has to be known.
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    private Task<T> On<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellation) => Availability.RunWhileUp(async () =>
    {
        var since = Stopwatch.GetTimestamp();
        await using var connection = await Open(cancellation);
        _metrics.WaitedForDatabase(since);
        return await work(connection);
    });

    // Taken out while it is used: work that is given up still has it when the next begins. One that was idle for
    // long may have been forgotten on its way; the pool knows what to do with those.
    private async Task<NpgsqlConnection?> TakeDedicated()
    {
        var kept = Interlocked.Exchange(ref _dedicated, null);
        if (kept is null || Environment.TickCount64 - Volatile.Read(ref _dedicatedSince) < DedicatedIdleLimit) return kept;
        await kept.DisposeAsync();
        return null;
    }

    private async Task<DbConnection> Open(CancellationToken cancellation)
        => _sqlite is null ? await OpenPostgres(_postgres!, cancellation) : await _sqlite.Open(cancellation);

    private async Task<DbConnection> OpenPostgres(NpgsqlDataSource postgres, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var isShort = Environment.TickCount64 - Volatile.Read(ref _backoffSince) < BackoffFor;
        patience.CancelAfter(isShort ? _timeout / BackoffDivisor : _timeout);
        try
        {
            return await postgres.OpenConnectionAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // All connections are busy, or none can be made.
            Volatile.Write(ref _backoffSince, Environment.TickCount64);
            _metrics.DatabaseWaitTimedOut();
            throw new DatabaseUnavailableException(isKnown: false);
        }
    }

    private static NpgsqlDataSource DataSource(string connectionString, TimeSpan timeout)
    {
        var builder = new NpgsqlDataSourceBuilder(Bounded(connectionString, timeout));

        // All statements are prepared and read by index, whatever their arguments: planning them anew costs more than
        // running them. A plan may have been made while the tables were empty, when a scan looks cheap.
        const string OnePlan = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off";
        builder.UsePhysicalConnectionInitializer(
            connection => connection.Execute(OnePlan),
            connection => connection.ExecuteAsync(OnePlan));
        return builder.Build();
    }

    // What the operator wrote wins; where nothing is written, no wait is without a bound.
    private static string Bounded(string connectionString, TimeSpan timeout)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var bounded = new NpgsqlConnectionStringBuilder(connectionString);
        if (!given.ContainsKey("Timeout")) bounded.Timeout = (int)timeout.TotalSeconds + 1;
        if (!given.ContainsKey("Command Timeout")) bounded.CommandTimeout = SecondsPerCommand;
        if (!given.ContainsKey("Max Auto Prepare")) bounded.MaxAutoPrepare = 200;

        // Nothing here leaves anything behind in its session; undoing nothing costs seven statements each time.
        if (!given.ContainsKey("No Reset On Close")) bounded.NoResetOnClose = true;
        return bounded.ConnectionString;
    }

    private sealed class RolledBack(Rejection rejection) : Exception
    {
        public Rejection Rejection => rejection;
    }
}
