using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Connectify.Tests.Support;

/// <summary>What a process can be sent.</summary>
internal enum Signal
{
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>A program of the tests' own, which ends with the test run, however that comes, and can be sent signals.</summary>
internal sealed class SupervisedProcess : IAsyncDisposable
{
    // Lives as long as this end of its standard input, or as the program.
    private const string Keeper = """
        exec 3<&0 2>/dev/null
        "${@:2}" 3<&- </dev/null >>"$1" 2>&1 & child=$!
        echo "$child"
        { read -r <&3; kill -9 "$child"; } >/dev/null 2>&1 & watcher=$!
        wait "$child"
        code=$?
        kill "$watcher" 2>/dev/null
        exit "$code"
        """;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Process _keeper;
    private readonly int _id;

    private SupervisedProcess(Process keeper, int id) => (_keeper, _id) = (keeper, id);

    public bool HasExited => _keeper.HasExited;

    /// <param name="output">The file to which it writes what it says; what is there is kept.</param>
    /// <param name="command">The program and its arguments.</param>
    public static async Task<SupervisedProcess> Start(string output, params string[] command)
    {
        var start = new ProcessStartInfo("bash", ["-c", Keeper, "kept", output, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var keeper = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        var id = await keeper.StandardOutput.ReadLineAsync().WaitAsync(Timeout);
        return new SupervisedProcess(keeper, int.Parse(id ?? "", CultureInfo.InvariantCulture));
    }

    /// <summary>Sends a signal; one that has exited hears none.</summary>
    public void Send(Signal signal)
    {
        if (!HasExited) _ = kill(_id, (int)signal);
    }

    /// <returns>Its exit code; 128 more than the signal that ended it.</returns>
    /// <exception cref="TimeoutException">It goes on.</exception>
    public async Task<int> Exited(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        try
        {
            await _keeper.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Process {_id} goes on after {within.TotalSeconds:0} s.");
        }

        return _keeper.ExitCode;
    }

    /// <summary>Ends it as a crash does, and returns when it is gone.</summary>
    public async Task Kill()
    {
        Send(Signal.Kill);
        await Exited(Timeout);
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        _keeper.Dispose();
    }

    [DllImport("libc")]
#pragma warning disable SA1300, IDE1006 // its name in libc
    private static extern int kill(int process, int signal);
#pragma warning restore SA1300, IDE1006
}
