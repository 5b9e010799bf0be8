using System.Text.Json;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios;

/// <summary>One server process, on a port that it keeps over its restarts.</summary>
internal sealed class Node(string name, string folder, string[] settings) : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly int _port = FreePort.Take();
    private SupervisedProcess? _process;

    public string Name => name;

    public Uri Url => new($"http://127.0.0.1:{_port}");

    /// <summary>What it said on its console, over all its lives.</summary>
    public string Log { get; } = Path.Combine(folder, $"{name}.log");

    /// <summary>For faults: one at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public async Task Start()
        => _process = await SupervisedProcess.Start(
            Log, ["dotnet", Path.Combine(AppContext.BaseDirectory, "Connectify.Server.dll"), $"--Urls={Url}", .. settings]);

    /// <summary>Returns when it serves.</summary>
    public Task Serves() => Until(async () => await Readiness() == 200);

    /// <summary>Returns when it serves, and hears the others.</summary>
    public Task Ready() => Until(async () => await Redis() == "connected");

    private async Task Until(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Timeout);
        while (!await holds())
        {
            if (_process?.HasExited != false) throw new InvalidOperationException($"{name} ended by itself, see {Log}");
            if (patience.IsCancellationRequested) throw new TimeoutException($"{name} was not ready within {Timeout.TotalSeconds:0} s, see {Log}");
            await Task.Delay(50);
        }
    }

    public void Send(Signal signal) => _process!.Send(signal);

    public Task Kill() => _process!.Kill();

    /// <returns>Its exit code.</returns>
    public Task<int> Exited(TimeSpan within) => _process!.Exited(within);

    /// <returns>The status of <c>/readyz</c>; 0 where nobody answers.</returns>
    public async Task<int> Readiness()
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(Url, "/readyz"));
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return 0;
        }
    }

    /// <returns>Whether Redis is there, as it says; null where it doesn't answer.</returns>
    public async Task<bool?> HearsOthers() => await Redis() is { } redis ? redis == "connected" : null;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        Turn.Dispose();
    }

    private async Task<string?> Redis()
    {
        try
        {
            var body = JsonElement.Parse(await Http.GetStringAsync(new Uri(Url, "/readyz")));
            return body.Has("redis") ? body.Text("redis") : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
        {
            return null;
        }
    }
}
