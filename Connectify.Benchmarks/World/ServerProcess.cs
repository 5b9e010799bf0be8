using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Connectify.Benchmarks.World;

/// <summary>A server under test: a process of its own on a core of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    /// <summary>The server's core; everything else runs on another.</summary>
    public const int Core = 0;

    private readonly Process _process;
    private readonly string _data;

    private ServerProcess(Process process, int port, string data)
    {
        (_process, Port, _data) = (process, port, data);

        // An interrupted run leaves nobody behind.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    public int Port { get; }

    public int Pid => _process.Id;

    public double CpuSeconds() => ProcessTimes.Of(Pid);

    /// <param name="kind">Which server.</param>
    /// <param name="postgres">Connection string; null: SQLite at <paramref name="data"/>.</param>
    /// <param name="data">A folder of its own, deleted at the end.</param>
    /// <param name="settings">More of Connectify's settings, such as <c>--Messaging:ResumeLimit=5</c>.</param>
    public static async Task<ServerProcess> Start(ServerKind kind, string? postgres, string data, params string[] settings)
    {
        var port = FreePort();
        var server = new ServerProcess(Process.Start(Command(kind, port, postgres, data, settings))!, port, data);
        try
        {
            await server.WaitUntilReady(kind.IsConnectify ? "/readyz" : "/");
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>What it has logged.</summary>
    public string Log() => File.ReadAllText(Path.Combine(_data, "log"));

    public void Dispose()
    {
        if (!Directory.Exists(_data)) return;
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static ProcessStartInfo Command(ServerKind kind, int port, string? postgres, string data, string[] settings)
    {
        string[] program = kind.IsConnectify
            ? [Path.Combine(Repository, "Connectify.Server/bin/Release/net10.0/Connectify.Server.dll"),
                "--contentRoot", Path.Combine(Repository, "Connectify.Server"), "--environment", "Production", $"--Urls=http://127.0.0.1:{port}",
                $"--DataPath={data}", $"--ConnectionStrings:Postgres={postgres}", $"--Auth:SigningKey={Tokens.SigningKey}", "--RateLimits:Enabled=false", .. settings]
            : [typeof(ServerProcess).Assembly.Location, "serve", kind.Name, $"{port}", postgres ?? "sqlite:" + Path.Combine(data, "plain.db")];

        // exec: the process that is measured is the server itself.
        var start = new ProcessStartInfo("bash", ["-c", "log=$1; shift; exec taskset -c \"$@\" >\"$log\" 2>&1", "server", Path.Combine(data, "log"), $"{Core}", "dotnet", .. program]);
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(variable);
        return start;
    }

    private async Task WaitUntilReady(string path)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
        for (var end = Stopwatch.StartNew(); end.Elapsed < TimeSpan.FromSeconds(60);)
        {
            if (_process.HasExited) break;
            try
            {
                if ((await http.GetAsync(path)).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException($"The server did not start:\n{Log()}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static string Repository { get; } = FindRepository(AppContext.BaseDirectory);

    private static string FindRepository(string folder)
        => File.Exists(Path.Combine(folder, "Connectify.sln")) ? folder : FindRepository(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Connectify.sln is nowhere above."));
}
