using System.Diagnostics;
using Connectify.Migrations;
using Connectify.Server.Accounts;
using Connectify.Server.Authentication;
using Connectify.Server.Demo;
using Connectify.Server.Hosting;
using Npgsql;

namespace Connectify.Server.Lifecycle;

/// <summary>What has to be there before the first request: the schema, the first organization and SUPERUSER, the demo if asked for.</summary>
internal sealed class StartupInitializer(
    Database database, Bootstrap bootstrap, SigningKey key, IHostApplicationLifetime lifetime, ILogger<StartupInitializer> log, FillDemo? demo = null)
    : IHostedLifecycleService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private volatile bool _isDone;
    private bool _isPrepared;
    private string? _waitsFor;

    /// <summary>Whether requests can be served.</summary>
    public bool IsDone => _isDone;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // Asked for here, so that a server without a key refuses to start, not its first login.
        Debug.Assert(key.Bytes.Length >= AuthSettings.MinKeyBytes);

        // Npgsql doesn't hear that it is cancelled while a database that took its connection says nothing. What is left
        // behind here ends with the process, and a migration that a process leaves in the middle has not happened.
        _isPrepared = await TryPrepare(cancellationToken).WaitAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (_isPrepared) return Finish(cancellationToken);
        _ = KeepTrying(lifetime.ApplicationStopping);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <returns>false: the database is not available.</returns>
    private async Task<bool> TryPrepare(CancellationToken cancellation)
    {
        try
        {
            if (database.Postgres is { } postgres) await postgres.Check(cancellation);
            var applied = await Schema.Apply(database.Target, Report, cancellation);
            if (applied.Count > 0) log.LogInformation("The schema was brought up to date: {Migrations}", applied);
            if (demo is not null) await demo.DemandEmpty(cancellation);
            await bootstrap.Run(cancellation);
            return true;
        }
        catch (Exception e) when (e.IsDatabaseUnavailable() && !(e is PostgresException refused && refused.IsLoginRefused()))
        {
            // Once for each reason: it is tried every second.
            if (e.Message != _waitsFor) log.LogWarning("Startup: the database is not available yet, the server is not ready: {Reason}", e.Message);
            _waitsFor = e.Message;
            return false;
        }
    }

    private void Report(string sentence) => log.LogWarning("Startup: {Reason}", sentence);

    // The demo uses what the server is made of: everything has been started by now.
    private async Task Finish(CancellationToken cancellation)
    {
        if (demo is not null) await demo.Run(cancellation);
        _isDone = true;
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
            await Finish(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before the database came.
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(StartupErrors.Describe(e) ?? e.ToString());
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }
}
