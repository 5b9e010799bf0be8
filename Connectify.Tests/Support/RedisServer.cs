using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Connectify.Tests.Support;

/// <summary>A real <c>redis-server</c> of the test's own, on a free loopback port, that keeps nothing.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly int _port = FreePort();
    private Process? _process;

    /// <summary>The setting that has a node use it.</summary>
    public string Setting => $"--ConnectionStrings:Redis=127.0.0.1:{_port}";

    public static async Task<RedisServer> Start()
    {
        var redis = new RedisServer();
        await redis.Run();
        return redis;
    }

    /// <summary>One that is not there yet.</summary>
    public static RedisServer NotYet() => new();

    /// <summary>Starts it, again if need be, on the same port; returns when it answers.</summary>
    public async Task Run()
    {
        // Its standard input is the test run's: a run that is killed takes its Redis down with it.
        _process = Process.Start(new ProcessStartInfo("bash", ["-c", $"redis-server --port {_port} --bind 127.0.0.1 --save '' --appendonly no --dir /tmp & trap 'kill -9 $!' EXIT; read -r"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        using var patience = new CancellationTokenSource(Patience);
        while (!await Answers()) await Task.Delay(20, patience.Token);
    }

    /// <summary>Ends it without a word to its clients.</summary>
    public async Task Kill()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        while (await Answers()) await Task.Delay(20, patience.Token);
        _process.Dispose();
        _process = null;
    }

    /// <summary>Sends one command.</summary>
    /// <returns>The first line of the answer.</returns>
    public async Task<string?> Do(params string[] command)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port, patience.Token);
        await using var stream = client.GetStream();
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var part in command) text.Append(CultureInfo.InvariantCulture, $"${Encoding.Latin1.GetByteCount(part)}\r\n{part}\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text.ToString()), patience.Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(patience.Token);
    }

    public async ValueTask DisposeAsync() => await Kill();

    private async Task<bool> Answers()
    {
        try
        {
            return await Do("PING") == "+PONG";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
