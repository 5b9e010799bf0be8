using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Connectify.Migrations;
using Connectify.Server.Diagnostics;
using Dapper;
using Npgsql;

namespace Connectify.Server.Storage;

/// <summary>A pool of connections to PostgreSQL, and one more that is kept for stored messages.</summary>
/// <remarks>
/// A connection may die in the pool. What has certainly not been committed is then repeated, once, on a new one: a
/// read; a transaction whose first statement fails; a message batch that PostgreSQL itself refuses before its first
/// result. PostgreSQL answers in order and commits after the last result, so such a batch is not committed. Whatever
/// else fails may have been committed and is never repeated here.
/// </remarks>
internal sealed class PostgresEngine : IEngine
{
    // One request may wait for a connection several times, and behind others that do: once one has waited in
    // vain, the next wait less, so that everybody is answered within twice the timeout.
    private const int BackoffDivisor = 5;
    private const long BackoffFor = 2_000;
    private const long DedicatedIdleLimit = 10_000;

    private readonly Metrics _metrics;
    private readonly TimeSpan _timeout;
    private readonly DatabaseAvailability _availability;
    private readonly ILogger _log;
    private readonly NpgsqlDataSource _direct;
    private readonly Lazy<NpgsqlDataSource> _throughPooler;
    private volatile bool _isPooled;
    private long _backoffSince = long.MinValue / 2;
    private NpgsqlConnection? _dedicated;
    private long _dedicatedSince;
    private int _drops;

    public PostgresEngine(string connectionString, Metrics metrics, TimeSpan timeout, DatabaseAvailability availability, ILogger log)
    {
        (_metrics, _timeout, _availability, _log) = (metrics, timeout, availability, log);
        _direct = PostgresSource.Build(
            connectionString,
            PostgresSource.Bounded(connectionString, timeout, isPooled: false),
            builder => builder.UsePhysicalConnectionInitializer(
                connection => Begun(connection.ExecuteScalar<string?>(OnePlan(connection))),
                async connection => Begun(await connection.ExecuteScalarAsync<string?>(OnePlan(connection)))));
        _throughPooler = new(() => PostgresSource.Build(
            connectionString, PostgresSource.Bounded(connectionString, timeout, isPooled: true), _ => { }));
        availability.Changed += _ => DropConnections();
    }

    public Task<T> Read<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellation)
        => _availability.RunWhileUp(() => Run(work, static e => e.IsStaleConnection(), cancellation));

    public Task<T> Write<T>(Func<Transaction, DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        Transaction? transaction = null;
        return _availability.RunWhileUp(() => Run(Commit, e => e.IsStaleConnection() && transaction is not { HasRun: true }, cancellation));

        async Task<T> Commit(NpgsqlConnection connection)
        {
            await using var inner = await connection.BeginTransactionAsync(cancellation);
            transaction = new Transaction(DatabaseEngine.Postgres, connection, inner);
            var result = await work(transaction, inner);

            // Not cancellable: once the commit is under way its outcome has to be known.
            await inner.CommitAsync(CancellationToken.None);
            return result;
        }
    }

    public async ValueTask<DbTransaction> BeginSnapshot(DbConnection connection, CancellationToken cancellation)
        => await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);

    /// <summary>
    /// Runs one batch on a connection that is kept for it: the pool takes turns among all of its connections, and each
    /// would have to warm up.
    /// </summary>
    /// <param name="ask">Sends the batch; it may run twice.</param>
    /// <param name="read">Reads its results.</param>
    public Task<T> RunDedicated<T>(Func<NpgsqlConnection, Task<NpgsqlDataReader>> ask, Func<NpgsqlDataReader, Task<T>> read)
    {
        var isRefused = false;
        return _availability.RunWhileUp(() => Run(Ask, _ => isRefused, CancellationToken.None, isDedicated: true));

        async Task<T> Ask(NpgsqlConnection connection)
        {
            NpgsqlDataReader reader;
            try
            {
                reader = await ask(connection);
            }
            catch (PostgresException e) when (e.IsStaleConnection())
            {
                isRefused = true;
                throw;
            }

            await using (reader)
            {
                isRefused = false;
                return await read(reader);
            }
        }
    }

    /// <summary>Closes what is idle now, and what is in use when it comes back.</summary>
    public void DropConnections()
    {
        Interlocked.Increment(ref _drops);
        (_isPooled ? _throughPooler.Value : _direct).Clear();
        Interlocked.Exchange(ref _dedicated, null)?.Dispose();
    }

    /// <summary>Looks whether this PostgreSQL can serve at all.</summary>
    /// <exception cref="StartupException">It never can.</exception>
    /// <exception cref="DatabaseUnavailableException">It can't yet.</exception>
    public async Task Check(CancellationToken cancellation)
    {
        var encoding = await Run(connection => connection.ExecuteScalarAsync<string>("SHOW server_encoding"), static e => e.IsStaleConnection(), cancellation);
        if (encoding != "UTF8")
        {
            throw new StartupException($"ConnectionStrings:Postgres: the database has the encoding {encoding}, it has to be UTF8: "
                + "create one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and name it in the option Database");
        }

        var problem = await Run(connection => connection.ExecuteScalarAsync<string?>(PostgresProbe.WhyNotWritable), static e => e.IsStaleConnection(), cancellation);
        if (problem is not null) throw new DatabaseUnavailableException(isKnown: false, problem);
    }

    public async ValueTask DisposeAsync()
    {
        if (_dedicated is not null) await _dedicated.DisposeAsync();
        await _direct.DisposeAsync();
        if (_throughPooler.IsValueCreated) await _throughPooler.Value.DisposeAsync();
    }

    private async Task<T> Run<T>(
        Func<NpgsqlConnection, Task<T>> work, Func<Exception, bool> mayRepeat, CancellationToken cancellation, bool isDedicated = false)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var drops = Volatile.Read(ref _drops);
            NpgsqlConnection? connection = isDedicated ? await TakeDedicated() ?? await Open(cancellation) : await Open(cancellation);
            try
            {
                var result = await work(connection);
                if (isDedicated && Keep(connection, drops)) connection = null;
                return result;
            }
            catch (Exception e) when (e.IsStaleConnection())
            {
                DropConnections();
                if (isFirst && mayRepeat(e)) continue;
                if (e.IsUnwritable()) _availability.MarkDown(e.Reason());
                throw;
            }
            catch (Exception e) when (e.IsUnwritable())
            {
                _availability.MarkDown(e.Reason());
                throw;
            }
            finally
            {
                if (connection is not null) await connection.DisposeAsync();
            }
        }
    }

    // Taken out while it is used: work that is given up still has it when the next begins. One that was idle for
    // long may have been forgotten on its way; the pool knows what to do with those.
    private async Task<NpgsqlConnection?> TakeDedicated()
    {
        var kept = Interlocked.Exchange(ref _dedicated, null);
        if (kept is null || Environment.TickCount64 - Volatile.Read(ref _dedicatedSince) < DedicatedIdleLimit) return kept;
        await kept.DisposeAsync();
        return null;
    }

    // Not one that was taken out before all were dropped: the pool closes it.
    private bool Keep(NpgsqlConnection connection, int drops)
    {
        if (drops != Volatile.Read(ref _drops)) return false;
        Volatile.Write(ref _dedicatedSince, Environment.TickCount64);
        return Interlocked.CompareExchange(ref _dedicated, connection, null) is null;
    }

    private async Task<NpgsqlConnection> Open(CancellationToken cancellation)
    {
        var since = Stopwatch.GetTimestamp();
        var wasPooled = _isPooled;
        var connection = await OpenIn(wasPooled ? _throughPooler.Value : _direct, cancellation);
        if (_isPooled && !wasPooled)
        {
            // Only now is it known; nothing has been prepared yet.
            await connection.DisposeAsync();
            connection = await OpenIn(_throughPooler.Value, cancellation);
        }

        _metrics.WaitedForDatabase(since);
        return connection;
    }

    private async Task<NpgsqlConnection> OpenIn(NpgsqlDataSource source, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var isShort = Environment.TickCount64 - Volatile.Read(ref _backoffSince) < BackoffFor;
        patience.CancelAfter(isShort ? _timeout / BackoffDivisor : _timeout);
        try
        {
            return await source.OpenConnectionAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // All connections are busy, or none can be made.
            Volatile.Write(ref _backoffSince, Environment.TickCount64);
            _metrics.DatabaseWaitTimedOut();
            throw new DatabaseUnavailableException(isKnown: false);
        }
    }

    // All statements are prepared and read by index, whatever their arguments: planning them anew costs more than
    // running them. A plan may have been made while the tables were empty, when a scan looks cheap.
    // A pooler gives out process ids of its own, and its sessions are shared: there nothing is set, and the row is missing.
    private static string OnePlan(NpgsqlConnection connection) => $"""
        SELECT set_config('plan_cache_mode', 'force_generic_plan', false) || set_config('enable_seqscan', 'off', false) || set_config('jit', 'off', false)
        WHERE pg_backend_pid() = {connection.ProcessID}
        """;

    private void Begun(string? settings)
    {
        if (settings is not null || _isPooled) return;
        _isPooled = true;
        _log.LogInformation("PostgreSQL is behind a connection pooler: statements are not prepared, sessions are left as they are");
    }
}
