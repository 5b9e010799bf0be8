using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Connectify.Tests.Support;

/// <summary>A throw-away PostgreSQL cluster: one for the whole run, started by the first test that asks for it, or one of a test's own.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    /// <summary>How many connections a server may have open.</summary>
    public const int PoolSize = 30;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private static readonly Lazy<Task<PostgresCluster>> Running = new(() => Start());
    private static int _databases;

    // The cluster lives as long as this end of its standard input.
    private readonly Process _keeper;
    private readonly int _port;

    private PostgresCluster(Process keeper, int port) => (_keeper, _port) = (keeper, port);

    public static Task<PostgresCluster> Shared => Running.Value;

    /// <summary>One that nobody else uses, and that may be restarted and frozen.</summary>
    /// <param name="options">Settings such as <c>fsync=on</c>.</param>
    public static Task<PostgresCluster> Own(params string[] options) => Start(options);

    /// <returns>The connection string of a database that nobody else has.</returns>
    /// <param name="options">Of <c>CREATE DATABASE</c>.</param>
    public async Task<string> CreateDatabase(string options = "")
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await Execute($"CREATE DATABASE {name} {options}");
        return ConnectionString(name);
    }

    public async Task DropDatabase(string connectionString)
    {
        await using var pooled = new NpgsqlConnection(connectionString);
        NpgsqlConnection.ClearPool(pooled);
        await Execute($"DROP DATABASE IF EXISTS {pooled.Database} WITH (FORCE)");
    }

    /// <summary>Ends all of it as a crash does and starts it again; returns when it takes connections.</summary>
    public Task Restart() => Do("restart");

    /// <summary>Has it do nothing, with its connections open, until <see cref="Thaw"/>.</summary>
    public Task Freeze() => Do("freeze");

    public Task Thaw() => Do("thaw");

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        using var patience = new CancellationTokenSource(Timeout);
        await _keeper.WaitForExitAsync(patience.Token);
        _keeper.Dispose();
    }

    private async Task Do(string command)
    {
        await _keeper.StandardInput.WriteLineAsync(command);
        await _keeper.StandardInput.FlushAsync();
        if (await _keeper.StandardOutput.ReadLineAsync().WaitAsync(Timeout) != "done") throw new InvalidOperationException($"The cluster did not {command}.");
    }

    private async Task Execute(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string ConnectionString(string database)
        => $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database};Maximum Pool Size={PoolSize}";

    private static async Task<PostgresCluster> Start(params string[] options)
    {
        // initdb refuses root.
        string[] command = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", "bash"] : ["bash"];
        var start = new ProcessStartInfo(command[0], [.. command[1..], "-c", await Script(), "postgres-cluster", string.Join(' ', options.Select(option => $"-c {option}"))])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var keeper = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        var line = await keeper.StandardOutput.ReadLineAsync().WaitAsync(Timeout);
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
