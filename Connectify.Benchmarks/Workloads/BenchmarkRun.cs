using System.Data.Common;
using Connectify.Benchmarks.World;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Connectify.Benchmarks.Workloads;

/// <summary>A fresh database, a fresh server on it, and the world's people in it.</summary>
internal sealed class BenchmarkRun : IAsyncDisposable
{
    private const string OnTables = """
        FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
        WHERE s.query ~* '^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)' AND s.query NOT LIKE '%pg_%'
        """;

    private readonly Cluster? _cluster;
    private readonly string? _postgres;
    private readonly string _data;

    private BenchmarkRun(ServerKind kind, ChatWorld world, Cluster? cluster, string? postgres, string data)
    {
        (Kind, World, _cluster, _postgres, _data) = (kind, world, cluster, postgres, data);
        Tokens = Enumerable.Range(0, world.Users).Select(Benchmarks.World.Tokens.Of).ToArray();
    }

    public ServerKind Kind { get; }

    public ChatWorld World { get; }

    /// <summary>Of each user.</summary>
    public string[] Tokens { get; }

    public ServerProcess Server { get; private set; } = null!;

    /// <param name="kind">Which server.</param>
    /// <param name="world">Who is there.</param>
    /// <param name="cluster">null: on SQLite.</param>
    /// <param name="settings">More settings for Connectify.</param>
    public static async Task<BenchmarkRun> Open(ServerKind kind, ChatWorld world, Cluster? cluster, params string[] settings)
    {
        var data = Directory.CreateTempSubdirectory("connectify-bench-").FullName;
        var run = new BenchmarkRun(kind, world, cluster, cluster is null ? null : await cluster.CreateDatabase(), data);

        // Connectify creates its schema itself; the others find theirs.
        if (!kind.IsConnectify) await run.Use(connection => Seeding.Comparison(connection, world, isPostgres: cluster is not null));
        await run.StartServer(settings);
        if (kind.IsConnectify) await run.Use(connection => Seeding.Connectify(connection, world));
        if (cluster is not null) await run.Use(connection => Seeding.Execute(connection, "ANALYZE"));
        return run;
    }

    /// <summary>Starts the server, again where it has ended.</summary>
    public async Task StartServer(params string[] settings)
    {
        Directory.CreateDirectory(_data);
        Server = await ServerProcess.Start(Kind, _postgres, _data, settings);
    }

    public double CpuSeconds() => Server.CpuSeconds();

    public double DatabaseCpuSeconds() => _cluster?.CpuSeconds() ?? 0;

    /// <summary>A single number out of the database.</summary>
    public async Task<double> Number(string sql)
    {
        var number = 0.0;
        await Use(async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            number = Convert.ToDouble(await command.ExecuteScalarAsync());
        });
        return number;
    }

    public Task ForgetStatements() => Use(connection => Seeding.Execute(connection, "SELECT pg_stat_statements_reset()"));

    /// <summary>Statements on tables that PostgreSQL has run in this database; what a pool says to reset a connection is left out.</summary>
    public Task<double> Statements() => Number($"SELECT coalesce(sum(calls), 0) {OnTables}");

    /// <summary>What PostgreSQL was asked most often, a line each.</summary>
    public async Task<List<string>> MostFrequentStatements(int count)
    {
        var lines = new List<string>();
        await Use(async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                SELECT calls || ' × ' || round(mean_exec_time::numeric, 2) || ' ms  ' || left(regexp_replace(query, '\s+', ' ', 'g'), 150)
                {OnTables} ORDER BY calls DESC LIMIT {count}
                """;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
        });
        return lines;
    }

    public async Task Use(Func<DbConnection, Task> work)
    {
        await using DbConnection connection = _postgres is not null
            ? new NpgsqlConnection(_postgres)
            : new SqliteConnection($"Data Source={Path.Combine(_data, Kind.IsConnectify ? "connectify.db" : "plain.db")}");
        await connection.OpenAsync();
        await work(connection);
    }

    /// <summary>Compares the stored rows with what was sent.</summary>
    /// <param name="sentTo">How many messages chat N was sent.</param>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public async Task<List<string>> CheckRows(Func<int, int> sentTo)
    {
        var faults = new List<string>();
        if (!Kind.Stores) return faults;
        var stored = new Dictionary<long, (long Rows, long Different)>();
        await Use(async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT chat_id, count(*), count(DISTINCT content) FROM messages GROUP BY chat_id";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) stored[reader.GetInt64(0)] = (reader.GetInt64(1), reader.GetInt64(2));
        });
        foreach (var chat in World.Chats)
        {
            var (sent, (rows, different)) = (sentTo(chat.Index), stored.GetValueOrDefault(chat.Id));
            if (rows != sent || different != sent) faults.Add($"chat {chat.Index}: {sent} sent, {rows} rows, {different} different");
        }

        return faults;
    }

    public async ValueTask DisposeAsync()
    {
        Server.Dispose();
        if (_postgres is null) return;
        NpgsqlConnection.ClearAllPools();
        await _cluster!.DropDatabase(_postgres);
    }
}
