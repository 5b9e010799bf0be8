using Connectify.Migrations;
using Connectify.Server.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Connectify.Server.Storage;

/// <summary>Reads and transactions on the engine that is configured.</summary>
internal sealed class Database : Sql, IAsyncDisposable
{
    private readonly IEngine _engine;

    /// <param name="target">Which database.</param>
    /// <param name="metrics">Measure waits and outages.</param>
    /// <param name="timeout">How long to wait for a connection to PostgreSQL.</param>
    /// <param name="log">Tells of outages.</param>
    public Database(DatabaseTarget target, Metrics metrics, TimeSpan timeout, ILogger<Database>? log = null)
        : base(target.Engine)
    {
        log ??= NullLogger<Database>.Instance;
        Target = target;
        _engine = target.Engine == DatabaseEngine.Postgres
            ? Postgres = new PostgresEngine(target.ConnectionString, metrics, timeout, Availability, log)
            : Sqlite = new SqliteFile(target.ConnectionString, metrics, Availability);
        Availability.Changed += problem =>
        {
            if (problem is null) log.LogInformation("Database up again");
            else log.LogWarning("Database down: {Reason} Requests get 503 until it can be written", problem);
            if (problem is not null) metrics.DatabaseLost();
        };
    }

    public DatabaseTarget Target { get; }

    public DatabaseAvailability Availability { get; } = new();

    /// <summary>null on SQLite.</summary>
    public PostgresEngine? Postgres { get; }

    /// <summary>null on PostgreSQL.</summary>
    public SqliteFile? Sqlite { get; }

    public override Task<List<T>> Query<T>(string sql, object? arguments, CancellationToken cancellation)
        => _engine.Read(async connection => (await connection.QueryAsync<T>(Command(sql, arguments, null, cancellation))).AsList(), cancellation);

    public override Task<T?> FirstOrDefault<T>(string sql, object? arguments, CancellationToken cancellation)
        where T : default
        => _engine.Read(connection => connection.QueryFirstOrDefaultAsync<T>(Command(sql, arguments, null, cancellation)), cancellation);

    public override Task<T> QueryMultiple<T>(
        string sql, object? arguments, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken cancellation)
        => _engine.Read(
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

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and commits; an exception rolls everything back. Where its first
    /// statement meets a dead connection, it runs once more on a new one.
    /// </summary>
    public Task<T> Write<T>(Func<Transaction, Task<T>> work, CancellationToken cancellation)
        => _engine.Write((transaction, _) => work(transaction), cancellation);

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

    /// <inheritdoc cref="PostgresEngine.RunDedicated{T}" />
    public Task<T> OnPostgres<T>(Func<NpgsqlConnection, Task<NpgsqlDataReader>> ask, Func<NpgsqlDataReader, Task<T>> read)
        => Postgres!.RunDedicated(ask, read);

    /// <summary>As <see cref="Write{T}"/>, for what only SQLite can do and what is done all the time.</summary>
    public Task<T> OnSqlite<T>(Func<Transaction, SqliteTransaction, Task<T>> work, CancellationToken cancellation)
        => _engine.Write((transaction, inner) => work(transaction, (SqliteTransaction)inner), cancellation);

    /// <summary>Reads several times from the same moment.</summary>
    public Task<T> Snapshot<T>(Func<Sql, Task<T>> read, CancellationToken cancellation) => _engine.Read(
        async connection =>
        {
            await using var transaction = await _engine.BeginSnapshot(connection, cancellation);
            return await read(new Transaction(Target.Engine, connection, transaction));
        },
        cancellation);

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        Availability.Dispose();
    }

    private sealed class RolledBack(Rejection rejection) : Exception
    {
        public Rejection Rejection => rejection;
    }
}
