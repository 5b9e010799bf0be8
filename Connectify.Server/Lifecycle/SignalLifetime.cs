using System.Runtime.InteropServices;
using Connectify.Server.Realtime.Connections;

namespace Connectify.Server.Lifecycle;

/// <summary>When the process ends: SIGTERM, sent by whoever deploys, drains it first; Ctrl-C, or a second signal, stops it at once.</summary>
internal sealed class SignalLifetime(Drain drain, IHostApplicationLifetime lifetime, ILogger<SignalLifetime> log) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly CancellationTokenSource _hurry = new();
    private int _terminations;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Terminate));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _hurry.Dispose();
    }

    private void Terminate(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _terminations) > 1 || !lifetime.ApplicationStarted.IsCancellationRequested)
        {
            Stop(context);
            return;
        }

        context.Cancel = true;
        log.LogInformation("SIGTERM: draining; rejecting new sockets, closing existing ones");
        _ = DrainAndStop();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _hurry.Cancel();
        lifetime.StopApplication();
    }

    private async Task DrainAndStop()
    {
        try
        {
            await drain.Run(_hurry.Token);
        }
        catch (OperationCanceledException)
        {
            // In a hurry.
        }
        finally
        {
            lifetime.StopApplication();
        }
    }
}
