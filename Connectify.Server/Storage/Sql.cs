using System.Data.Common;
using Connectify.Migrations;
using Dapper;

namespace Connectify.Server.Storage;

/// <summary>
/// Runs SQL written in PostgreSQL's dialect on either engine. Every call is one round trip, however
/// many statements its text holds.
/// </summary>
internal abstract class Sql(DatabaseEngine engine)
{
    /// <summary>All rows.</summary>
    public abstract Task<List<T>> Query<T>(string sql, object? arguments, CancellationToken cancellation);

    /// <summary>The first row, or default where there is none.</summary>
    public abstract Task<T?> FirstOrDefault<T>(string sql, object? arguments, CancellationToken cancellation);

    /// <summary>Several result sets, read by <paramref name="read"/> in the order of the statements.</summary>
    public abstract Task<T> QueryMultiple<T>(
        string sql, object? arguments, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken cancellation);

    /// <summary>Whether there is any row.</summary>
    public async Task<bool> Exists(string sql, object? arguments, CancellationToken cancellation)
        => await FirstOrDefault<long?>(sql, arguments, cancellation) is not null;

    /// <summary>The moment by the database's clock, the same for all nodes.</summary>
    public Task<Timestamp> Now(CancellationToken cancellation) => FirstOrDefault<Timestamp>($"SELECT {Dialect.Now}", null, cancellation);

    protected CommandDefinition Command(string sql, object? arguments, DbTransaction? transaction, CancellationToken cancellation)
        => new(Dialect.Translate(engine, sql), arguments, transaction, cancellationToken: cancellation);
}
