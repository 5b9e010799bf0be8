using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Connectify.Migrations;

/// <summary>The two database engines Connectify runs on.</summary>
public enum DatabaseEngine
{
    /// <summary>Embedded; one node.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server; any number of nodes.</summary>
    Postgres,
}

/// <summary>Which database to open, and how.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="ConnectionString">Its ADO.NET connection string.</param>
public sealed record DatabaseTarget(DatabaseEngine Engine, string ConnectionString)
{
    /// <summary>A connection of its own, not open yet. Not pooled: what is set on it ends with it.</summary>
    internal DbConnection NewConnection() => Engine == DatabaseEngine.Postgres
        ? new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString)
        : new SqliteConnection(new SqliteConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
}
