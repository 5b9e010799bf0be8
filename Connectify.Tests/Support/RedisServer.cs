using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Connectify.Tests.Support;

/// <summary>A real <c>redis-server</c> of the test's own, on a free loopback port, that keeps nothing.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly int _port = FreePort.Take();
    private SupervisedProcess? _process;

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
        _process = await SupervisedProcess.Start(
            "/dev/null", "redis-server", "--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/tmp");
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
}
