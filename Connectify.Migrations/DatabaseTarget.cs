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
public sealed record DatabaseTarget(DatabaseEngine Engine, string ConnectionString);
