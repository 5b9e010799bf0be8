using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Connectify.Migrations;

/// <summary>The steps that a database has had.</summary>
/// <param name="Applied">Oldest first.</param>
/// <param name="IsOfEntityFramework">
/// The last program on this database kept its history with Entity Framework. The next <see cref="StepRunner.Run"/>
/// takes these steps over into <c>VersionInfo</c>, which alone counts from then on.
/// </param>
internal sealed record History(IReadOnlyList<SchemaStep> Applied, bool IsOfEntityFramework)
{
    /// <summary>Compares the database with the program.</summary>
    public SchemaState State
    {
        get
        {
            var applied = Applied.Select(step => step.Version).ToHashSet();
            var known = Schema.Steps.Select(step => step.Version).ToHashSet();
            return new SchemaState(
                [.. Schema.Steps.Where(step => !applied.Contains(step.Version)).Select(step => step.Name)],
                [.. Applied.Where(step => !known.Contains(step.Version)).Select(step => step.Name)]);
        }
    }

    /// <summary>Reads it, and changes nothing.</summary>
    public static async Task<History> Read(DbConnection connection, CancellationToken cancellation)
    {
        if (await HasTable(connection, "VersionInfo", cancellation))
        {
            const string Sql = """SELECT "Version", "Description" FROM "VersionInfo" ORDER BY "Version" """;
            return new History(await Rows(connection, Sql, Numbered, cancellation), IsOfEntityFramework: false);
        }

        if (await HasTable(connection, "__EFMigrationsHistory", cancellation))
        {
            const string Sql = """SELECT "MigrationId" FROM "__EFMigrationsHistory" ORDER BY "MigrationId" """;
            return new History(await Rows(connection, Sql, Named, cancellation), IsOfEntityFramework: true);
        }

        return new History([], IsOfEntityFramework: false);
    }

    private static SchemaStep Numbered(DbDataReader row)
    {
        var version = row.GetInt64(0);
        return new SchemaStep(version, row.IsDBNull(1) ? version.ToString(CultureInfo.InvariantCulture) : row.GetString(1));
    }

    private static SchemaStep Named(DbDataReader row)
    {
        var name = row.GetString(0);
        return Schema.Steps.FirstOrDefault(step => step.Name == name) ?? new SchemaStep(0, name);
    }

    // In the schema where tables are created. Another program's table elsewhere on the search path isn't ours.
    private static async Task<bool> HasTable(DbConnection connection, string table, CancellationToken cancellation)
    {
        var sql = connection is NpgsqlConnection
            ? $"SELECT to_regclass(format('%I.%I', current_schema(), '{table}')) IS NOT NULL"
            : $"SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{table}')";
        return (await Rows(connection, sql, row => row.GetBoolean(0), cancellation)).Single();
    }

    private static async Task<List<T>> Rows<T>(DbConnection connection, string sql, Func<DbDataReader, T> read, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation)) rows.Add(read(reader));
        return rows;
    }
}
