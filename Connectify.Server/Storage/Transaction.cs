using System.Data.Common;
using Connectify.Migrations;
using Dapper;

namespace Connectify.Server.Storage;

/// <summary>
/// A transaction under way: READ COMMITTED on PostgreSQL, so that every statement sees what was
/// committed before it, the only writer on SQLite.
/// </summary>
internal sealed class Transaction(DatabaseEngine engine, DbConnection connection, DbTransaction transaction) : Sql(engine)
{
    /// <summary>Whether a statement has come back, so that what it returned may have been acted upon.</summary>
    public bool HasRun { get; private set; }

    public override async Task<List<T>> Query<T>(string sql, object? arguments, CancellationToken cancellation)
        => Ran(await connection.QueryAsync<T>(Command(sql, arguments, transaction, cancellation))).AsList();

    public override async Task<T?> FirstOrDefault<T>(string sql, object? arguments, CancellationToken cancellation)
        where T : default
        => Ran(await connection.QueryFirstOrDefaultAsync<T>(Command(sql, arguments, transaction, cancellation)));

    public override async Task<T> QueryMultiple<T>(
        string sql, object? arguments, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken cancellation)
    {
        using var grid = Ran(await connection.QueryMultipleAsync(Command(sql, arguments, transaction, cancellation)));
        return await read(grid);
    }

    /// <returns>The number of rows written.</returns>
    public async Task<int> Execute(string sql, object? arguments, CancellationToken cancellation)
        => Ran(await connection.ExecuteAsync(Command(sql, arguments, transaction, cancellation)));

    private T Ran<T>(T result)
    {
        HasRun = true;
        return result;
    }
}
