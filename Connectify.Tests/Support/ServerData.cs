using Connectify.Migrations;
using Microsoft.Data.Sqlite;

namespace Connectify.Tests.Support;

/// <summary>Where a server keeps things: a temporary folder, and a database in it or in the cluster.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Folder">Its <c>DataPath</c>.</param>
/// <param name="Postgres">A connection string; empty on SQLite.</param>
internal sealed record ServerData(DatabaseEngine Engine, string Folder, string Postgres) : IAsyncDisposable
{
    public DatabaseTarget Target => Engine == DatabaseEngine.Postgres
        ? new DatabaseTarget(Engine, Postgres)
        : new DatabaseTarget(Engine, $"Data Source={Path.Combine(Folder, "connectify.db")};Foreign Keys=True");

    public static async Task<ServerData> Create(DatabaseEngine engine)
    {
        var postgres = engine == DatabaseEngine.Postgres ? await (await PostgresCluster.Shared).CreateDatabase() : "";
        return new ServerData(engine, Directory.CreateTempSubdirectory("connectify-test-").FullName, postgres);
    }

    public async ValueTask DisposeAsync()
    {
        if (Engine == DatabaseEngine.Postgres)
        {
            await (await PostgresCluster.Shared).DropDatabase(Postgres);
        }
        else
        {
            using var pooled = new SqliteConnection(Target.ConnectionString);
            SqliteConnection.ClearPool(pooled);
        }

        Directory.Delete(Folder, recursive: true);
    }
}
