using Connectify.Migrations;
using Connectify.Server.Hosting;
using Npgsql;

namespace Connectify.Server.Storage;

/// <summary>
/// Notices within 1.5 seconds that PostgreSQL answers nobody any more, also while its connections still
/// look alive (a stopped machine, a network that swallows packets). A slow query on a database that
/// answers is left its time. SQLite has no pulse: it is in this process.
/// </summary>
internal sealed class DatabasePulse(Database database, Metrics metrics, ILogger<DatabasePulse> log) : BackgroundLoop
{
    private const int SecondsPerAttempt = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1_100);

    protected override async Task Run(CancellationToken stopping)
    {
        if (database.Target.Engine != DatabaseEngine.Postgres) return;
        while (true)
        {
            try
            {
                await Beat(stopping);
            }
            catch (PostgresException)
            {
                // A no is an answer: too many connections, starting up.
            }
            catch (Exception e) when (e.MeansDatabaseAway() || e is TimeoutException)
            {
                Lost();
            }

            await Task.Delay(Pause, stopping);
        }
    }

    private async Task Beat(CancellationToken stopping)
    {
        // A connection of its own: a pool that is exhausted is no dead database.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.Target.ConnectionString)
        {
            Pooling = false,
            Timeout = SecondsPerAttempt,
            CommandTimeout = SecondsPerAttempt,
            CancellationTimeout = -1,
        }.ConnectionString);
        await Patiently(connection.OpenAsync(stopping));
        await using var question = new NpgsqlCommand("SELECT 1", connection);
        while (true)
        {
            await Patiently(question.ExecuteNonQueryAsync(stopping));
            Found();
            await Task.Delay(Pause, stopping);
        }
    }

    // Beyond its patience it is still waited for, to its own bound: one attempt at a time.
    private async Task Patiently(Task attempt)
    {
        if (await Task.WhenAny(attempt, Task.Delay(Patience)) != attempt) Lost();
        await attempt;
    }

    private void Lost()
    {
        if (database.Reach.IsAway) return;
        database.Reach.Lost();
        metrics.DatabaseLost();
        log.LogWarning("PostgreSQL doesn't answer: requests are refused until it does");
    }

    private void Found()
    {
        if (!database.Reach.IsAway) return;
        database.Reach.Found();
        log.LogInformation("PostgreSQL answers again");
    }
}
