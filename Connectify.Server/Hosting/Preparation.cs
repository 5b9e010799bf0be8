using System.Diagnostics;
using Connectify.Migrations;
using Connectify.Server.Accounts;
using Npgsql;

namespace Connectify.Server.Hosting;

/// <summary>What has to be there before the first request: the schema, then the first organization and SUPERUSER.</summary>
internal sealed class Preparation(Database database, Bootstrap bootstrap, SigningKey key, ILogger<Preparation> log)
    : IHostedLifecycleService
{
    // Time for a database that starts together with the server.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // Asked for here, so that a server without a key refuses to start, not its first login.
        Debug.Assert(key.Bytes.Length >= AuthSettings.MinKeyBytes);
        await ApplySchema(cancellationToken);
        await bootstrap.Run(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task ApplySchema(CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await Schema.Apply(database.Target, cancellation);
                return;
            }
            catch (NpgsqlException e) when (e.MeansDatabaseAway() && waited.Elapsed + Pause < Patience)
            {
                log.LogWarning("PostgreSQL can't be reached yet: {Reason}", e.Message);
                await Task.Delay(Pause, cancellation);
            }
        }
    }
}
