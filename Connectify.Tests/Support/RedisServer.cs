using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Connectify.Tests.Support;

/// <summary>A real <c>redis-server</c> of the test's own, on a free loopback port, that keeps nothing.</summary>
/// <param name="options">More of its configuration: pairs of <c>--name</c> and value.</param>
public sealed class RedisServer(params string[] options) : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly int _port = FreePort.Take();
    private SupervisedProcess? _process;
    private string? _sentinelFile;

    public int Port => _port;

    /// <summary>Such as <c>127.0.0.1:12345</c>.</summary>
    public string Address => $"127.0.0.1:{_port}";

    /// <summary>The setting that has a node use it.</summary>
    public string Setting => $"--ConnectionStrings:Redis={Address}";

    public static async Task<RedisServer> Start(params string[] options)
    {
        var redis = new RedisServer(options);
        await redis.Run();
        return redis;
    }

    /// <summary>One that is not there yet.</summary>
    public static RedisServer NotYet() => new();

    /// <summary>A sentinel, not started.</summary>
    /// <param name="file">Its configuration, which it rewrites.</param>
    public static RedisServer Sentinel(string file) => new() { _sentinelFile = file };

    /// <summary>Starts it, again if need be, on the same port; returns when it answers.</summary>
    public async Task Run()
    {
        string[] arguments = _sentinelFile is null ? ["--save", "", "--appendonly", "no", .. options] : [];
        string[] program = _sentinelFile is null ? ["redis-server"] : ["redis-server", _sentinelFile, "--sentinel"];
        _process = await SupervisedProcess.Start("/dev/null", [.. program, "--port", $"{_port}", "--bind", "127.0.0.1", "--dir", "/tmp", .. arguments]);
        using var patience = new CancellationTokenSource(Timeout);
        while (!await Answers()) await Task.Delay(20, patience.Token);
    }

    /// <summary>Ends it without a word to its clients.</summary>
    public async Task Kill()
    {
        if (_process is null) return;
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Has it do nothing, with its connections open, until <see cref="Thaw"/>.</summary>
    public void Freeze() => _process?.Send(Signal.Stop);

    public void Thaw() => _process?.Send(Signal.Continue);

    /// <summary>Sends one command.</summary>
    /// <returns>The first line of the answer.</returns>
    public async Task<string?> Do(params string[] command)
    {
        using var patience = new CancellationTokenSource(Timeout);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port, patience.Token);
        await using var stream = client.GetStream();
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var part in command) text.Append(CultureInfo.InvariantCulture, $"${Encoding.Latin1.GetByteCount(part)}\r\n{part}\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text.ToString()), patience.Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(patience.Token);
    }

    /// <summary>Makes it a replica; returns when it hears its master.</summary>
    public async Task Replicate(RedisServer master)
    {
        await Do("REPLICAOF", "127.0.0.1", $"{master.Port}");
        using var patience = new CancellationTokenSource(Timeout);

        // WAIT answers with the number of replicas that have heard everything.
        while (await master.Do("WAIT", "1", "100") != ":1") await Task.Delay(20, patience.Token);
    }

    public async ValueTask DisposeAsync() => await Kill();

    private async Task<bool> Answers()
    {
        try
        {
            // One that asks for a password has started too.
            return await Do("PING") is { } answer && (answer == "+PONG" || answer.StartsWith("-NOAUTH", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
