using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Connectify.Benchmarks.World;

/// <summary>A throw-away PostgreSQL cluster that keeps its promises: <c>synchronous_commit</c> and <c>fsync</c> are on.</summary>
internal sealed class Cluster : IDisposable
{
    private const string Options = "-c fsync=on -c synchronous_commit=on -c shared_buffers=512MB -c max_wal_size=4GB -c shared_preload_libraries=pg_stat_statements";
    private readonly Process _keeper;
    private readonly int _port;
    private readonly int _postmaster;
    private int _databases;

    private Cluster(Process keeper, int port, int postmaster) => (_keeper, _port, _postmaster) = (keeper, port, postmaster);

    /// <summary>What JSON results name as settings.</summary>
    public static string Settings => Options;

    public string Version { get; private init; } = "";

    public static async Task<Cluster> Start()
    {
        // initdb refuses root.
        string[] command = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", "bash"] : ["bash"];
        await using var resource = typeof(Cluster).Assembly.GetManifestResourceStream("postgres-cluster.sh")!;
        using var reader = new StreamReader(resource);
        var start = new ProcessStartInfo(command[0], [.. command[1..], "-c", await reader.ReadToEndAsync(), "postgres-cluster", Options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var keeper = Process.Start(start)!;
        var line = await keeper.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2));
        if (line?.Split(' ') is not ["ready", var portText]) throw new InvalidOperationException("No PostgreSQL cluster: see above.");
        var port = int.Parse(portText, CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(ConnectionString(port, "postgres"));
        await connection.OpenAsync();
        return new Cluster(keeper, port, ProcessTimes.ParentOf(connection.ProcessID)) { Version = connection.PostgreSqlVersion.ToString() };
    }

    public async Task<string> CreateDatabase()
    {
        var name = $"bench_{++_databases}";
        await Execute("postgres", $"CREATE DATABASE {name}");
        await Execute(name, "CREATE EXTENSION pg_stat_statements");
        return ConnectionString(_port, name) + ";Maximum Pool Size=100";
    }

    public async Task DropDatabase(string connectionString)
        => await Execute("postgres", $"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    /// <summary>CPU seconds of all of the cluster's processes so far, those that have ended included.</summary>
    public double CpuSeconds() => ProcessTimes.OfTree(_postmaster);

    public void Dispose()
    {
        _keeper.StandardInput.Close();
        _keeper.WaitForExit(TimeSpan.FromSeconds(20));
        _keeper.Dispose();
    }

    private async Task Execute(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(_port, database));
        await connection.OpenAsync();
        await Seeding.Execute(connection, sql);
    }

    private static string ConnectionString(int port, string database) => $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};Pooling={(database == "postgres" ? "false" : "true")}";
}
