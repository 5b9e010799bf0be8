using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Connectify.Tests.Support;

/// <summary>One of the JavaScript clients in <c>js/</c>, in a Node process of its own, spoken to in lines of JSON.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly string Folder = RepositoryFolder.Of("Connectify.Tests", "js");
    private static readonly Lazy<Task> Installed = new(InstallPackages);

    private readonly Process _process;
    private readonly Inbox _inbox;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _answers = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private int _commands;

    private NodeProcess(Process process, Inbox inbox)
    {
        (_process, _inbox) = (process, inbox);
        _ = Read();
    }

    /// <summary>Complete when the packages in <c>js/node_modules</c> are there.</summary>
    public static Task Packages => Installed.Value;

    /// <param name="inbox">Where events go.</param>
    /// <param name="arguments">The kind of client, and its options.</param>
    public static async Task<NodeProcess> Start(Inbox inbox, params string[] arguments)
    {
        await Packages;
        var start = new ProcessStartInfo("node", ["runner.mjs", .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var node = new NodeProcess(Process.Start(start)!, inbox);
        await inbox.Take(frame => frame.Type == "ready", "that the client is ready");
        return node;
    }

    /// <summary>Runs a command and waits for its answer.</summary>
    /// <exception cref="NodeException">The client threw.</exception>
    public async Task<JsonElement> Do(string command, object? with = null)
    {
        var id = Interlocked.Increment(ref _commands);
        var answer = _answers.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonReading.Json(new { id, @do = command, with }).GetRawText());
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }

        return await answer.Task.WaitAsync(Timeout);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Timeout);
        await _process.WaitForExitAsync(patience.Token);
        _process.Dispose();
        _writing.Dispose();
    }

    private async Task Read()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var said = JsonElement.Parse(line);
            if (said.Has("event")) _inbox.Add(new Frame(said.Text("event"), said.Part("body")));
            else if (_answers.TryRemove((int)said.Id(), out var answer)) Settle(answer, said);
        }

        _inbox.End("its process ended");
        foreach (var answer in _answers.Values) answer.TrySetException(new NodeException("The client's process ended."));
    }

    private static void Settle(TaskCompletionSource<JsonElement> answer, JsonElement said)
    {
        if (said.Has("error")) answer.TrySetException(new NodeException(said.Text("error")));
        else answer.TrySetResult(said.Part("result"));
    }

    private static async Task InstallPackages()
    {
        var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json"))) return;
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = Folder })!;
        await npm.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        if (npm.ExitCode != 0) throw new InvalidOperationException($"npm ci failed in {Folder}");
    }
}

/// <summary>What a JavaScript client threw.</summary>
public sealed class NodeException(string message) : Exception(message);
