using System.Diagnostics;
using Connectify.Migrations;
using Connectify.Server.Accounts;

namespace Connectify.Server.Hosting;

/// <summary>What has to be there before the first request: the schema, then the first organization and SUPERUSER.</summary>
internal sealed class Preparation(
    Database database, Bootstrap bootstrap, SigningKey key, IHostApplicationLifetime lifetime, ILogger<Preparation> log)
    : IHostedLifecycleService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private volatile bool _isDone;

    /// <summary>Whether requests can be served.</summary>
    public bool IsDone => _isDone;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // Asked for here, so that a server without a key refuses to start, not its first login.
        Debug.Assert(key.Bytes.Length >= AuthSettings.MinKeyBytes);
        if (!await TryPrepare(cancellationToken)) _ = KeepTrying(lifetime.ApplicationStopping);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <returns>false: PostgreSQL can't be reached.</returns>
    private async Task<bool> TryPrepare(CancellationToken cancellation)
    {
        try
        {
            await Schema.Apply(database.Target, cancellation);
            await bootstrap.Run(cancellation);
            return _isDone = true;
        }
        catch (Exception e) when (e.MeansDatabaseAway())
        {
            log.LogWarning("PostgreSQL can't be reached yet, the server is not ready: {Reason}", e.Message);
            return false;
        }
    }

    // Meanwhile the process lives and says that it isn't ready; it heals by itself.
    private async Task KeepTrying(CancellationToken stopping)
    {
        try
        {
            do
            {
                await Task.Delay(Pause, stopping);
            }
            while (!await TryPrepare(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before the database came.
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(StartFailure.Sentence(e) ?? e.ToString());
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }
}
