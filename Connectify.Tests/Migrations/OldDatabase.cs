using System.Data.Common;
using Connectify.Migrations;
using Connectify.Tests.Support;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Connectify.Tests.Migrations;

/// <summary>
/// Databases that earlier versions made, which kept their history with Entity Framework. Dumped from those versions after
/// some use over REST: "3" has the first three steps, "4" all that there were.
/// </summary>
internal static class OldDatabase
{
    /// <param name="target">A database without tables.</param>
    /// <param name="steps">3 or 4.</param>
    public static async Task Load(DatabaseTarget target, int steps)
    {
        var file = RepositoryFolder.Of("Connectify.Tests", "Migrations", "Databases", $"{target.Engine.ToString().ToLowerInvariant()}-{steps}.sql");
        await using var connection = await target.Open();
        await connection.ExecuteAsync(await File.ReadAllTextAsync(file));
    }

    /// <summary>A connection that is not pooled: the dumps change settings of their session.</summary>
    public static async Task<DbConnection> Open(this DatabaseTarget target)
    {
        DbConnection connection = target.Engine == DatabaseEngine.Postgres
            ? new NpgsqlConnection($"{target.ConnectionString};Pooling=false")
            : new SqliteConnection($"{target.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <returns>Each table but those of histories, with the names of its columns, separated by commas.</returns>
    public static async Task<Dictionary<string, string>> Columns(this DatabaseTarget target)
    {
        await using var connection = await target.Open();
        var columns = new Dictionary<string, string>();
        foreach (var table in await SchemaShape.Tables(connection))
        {
            await using var nothing = await connection.ExecuteReaderAsync($"SELECT * FROM {table} WHERE false");
            columns[table] = string.Join(", ", Enumerable.Range(0, nothing.FieldCount).Select(nothing.GetName));
        }

        return columns;
    }

    /// <returns>All rows of these tables and columns, as text.</returns>
    public static async Task<List<string>> Rows(this DatabaseTarget target, Dictionary<string, string> columns)
    {
        await using var connection = await target.Open();
        var rows = new List<string>();
        foreach (var (table, names) in columns)
        {
            var found = await connection.QueryAsync($"SELECT {names} FROM {table}");
            rows.AddRange(found.Select(row => $"{table}: {string.Join(", ", ((IDictionary<string, object?>)row).Values)}"));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
