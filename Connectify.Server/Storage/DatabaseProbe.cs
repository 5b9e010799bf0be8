using Connectify.Migrations;
using Connectify.Server.Diagnostics;
using Connectify.Server.Hosting;
using Npgsql;

namespace Connectify.Server.Storage;

/// <summary>
/// Notices half a second after the patience is over (<see cref="DatabaseSettings.PatienceSeconds"/>) that PostgreSQL
/// answers nobody any more, also while its connections still look alive (a stopped machine, a network that swallows
/// packets). A slow query on a database that answers is left its time. SQLite has no pulse: it is in this process.
/// </summary>
/// <remarks>
/// On a thread of its own, that waits for the socket itself: where this process is busy, an answer would wait behind
/// everything else that waits for the thread pool, and a full house would be taken for a dead database.
/// </remarks>
internal sealed class DatabaseProbe(Database database, DatabaseSettings settings, Metrics metrics, ILogger<DatabaseProbe> log) : BackgroundLoop
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    protected override Task Run(CancellationToken stopping)
        => database.Target.Engine == DatabaseEngine.Postgres
            ? Task.Factory.StartNew(() => Listen(stopping), stopping, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : Task.CompletedTask;

    private void Listen(CancellationToken stopping)
    {
        using var source = Source();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Probe(source, stopping);
            }
            catch (PostgresException)
            {
                // A no is an answer: too many connections, starting up.
            }
            catch (Exception e) when (e.IsDatabaseUnavailable() || e is TimeoutException)
            {
                MarkDown();
            }

            stopping.WaitHandle.WaitOne(Pause);
        }
    }

    private NpgsqlDataSource Source()
    {
        // Connections of its own: a pool that is exhausted is no dead database.
        var builder = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(database.Target.ConnectionString)
        {
            Pooling = false,
            Timeout = settings.PatienceSeconds,
            CommandTimeout = settings.PatienceSeconds,
            CancellationTimeout = -1,
        }.ConnectionString);

        // Otherwise traces would tell of little else.
        builder.ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => false).EnablePhysicalOpenTracing(false));
        return builder.Build();
    }

    private void Probe(NpgsqlDataSource source, CancellationToken stopping)
    {
        using var connection = source.OpenConnection();
        using var question = new NpgsqlCommand("SELECT 1", connection);
        do
        {
            question.ExecuteNonQuery();
            MarkUp();
        }
        while (!stopping.WaitHandle.WaitOne(Pause));
    }

    private void MarkDown()
    {
        if (database.Availability.IsDown) return;
        database.Availability.MarkDown();
        metrics.DatabaseLost();
        log.LogWarning("PostgreSQL doesn't answer: requests are refused until it does");
    }

    private void MarkUp()
    {
        if (!database.Availability.IsDown) return;
        database.Availability.MarkUp();
        log.LogInformation("PostgreSQL answers again");
    }
}
