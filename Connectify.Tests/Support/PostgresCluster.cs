using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Connectify.Tests.Support;

/// <summary>One throw-away PostgreSQL cluster for the whole run, started by the first test that asks for it.</summary>
public sealed class PostgresCluster
{
    private static readonly Lazy<Task<PostgresCluster>> Running = new(Start);
    private static int _databases;

    // Held, not used: the cluster lives as long as this end of its standard input.
    private readonly Process _keeper;
    private readonly int _port;

    private PostgresCluster(Process keeper, int port) => (_keeper, _port) = (keeper, port);

    public static Task<PostgresCluster> Shared => Running.Value;

    /// <returns>The connection string of a database that nobody else has.</returns>
    public async Task<string> CreateDatabase()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await Execute($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    public async Task DropDatabase(string connectionString)
    {
        await using var pooled = new NpgsqlConnection(connectionString);
        NpgsqlConnection.ClearPool(pooled);
        await Execute($"DROP DATABASE IF EXISTS {pooled.Database} WITH (FORCE)");
    }

    private async Task Execute(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string ConnectionString(string database)
        => $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database};Maximum Pool Size=30";

    private static async Task<PostgresCluster> Start()
    {
        // initdb refuses root.
        string[] command = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", "bash"] : ["bash"];
        var start = new ProcessStartInfo(command[0], [.. command[1..], "-c", await Script(), "postgres-cluster"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var keeper = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        var line = await keeper.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2));
        if (line?.Split(' ') is ["ready", var port]) return new PostgresCluster(keeper, int.Parse(port, CultureInfo.InvariantCulture));
        throw new InvalidOperationException($"No PostgreSQL cluster: {await keeper.StandardError.ReadToEndAsync()}");
    }

    private static async Task<string> Script()
    {
        await using var resource = typeof(PostgresCluster).Assembly.GetManifestResourceStream("postgres-cluster.sh")!;
        using var reader = new StreamReader(resource);
        return await reader.ReadToEndAsync();
    }
}
