using Connectify.Server.Hosting;
using Npgsql;

namespace Connectify.Server.Storage;

/// <summary>
/// Liveness probe. It notices half a second after <see cref="DatabaseSettings.PatienceSeconds"/> that PostgreSQL no
/// longer answers, also while its connections still look alive (a stopped machine, a network that swallows packets); at
/// once that PostgreSQL ended its connections; and within half a second that it turned read-only. A slow query on a
/// database that answers is left its time.
/// </summary>
/// <remarks>
/// On a thread of its own that asks synchronously: where this process is busy, an answer would wait for the thread pool
/// behind everything else, and a busy node would be taken for a dead database.
/// </remarks>
internal sealed class PostgresProbe(
    string connectionString, PostgresEngine engine, DatabaseAvailability availability, DatabaseSettings settings, ILogger<PostgresProbe> log) : BackgroundLoop
{
    /// <summary>Answers in one row why nothing can be written, or null.</summary>
    public const string WhyNotWritable = """
        SELECT CASE WHEN pg_is_in_recovery() THEN 'PostgreSQL is a standby.'
            WHEN current_setting('transaction_read_only') = 'on' THEN 'PostgreSQL is read-only.' END
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(50);

    protected override Task Run(CancellationToken stopping)
        => Task.Factory.StartNew(() => Watch(stopping), stopping, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Watch(CancellationToken stopping)
    {
        using var source = Source();
        while (!stopping.IsCancellationRequested)
        {
            var pause = Pause;
            try
            {
                using var connection = source.OpenConnection();
                pause = Watch(connection, stopping);
            }
            catch (PostgresException e) when (IsAnswer(e))
            {
                log.LogDebug("PostgreSQL answers the probe with {SqlState}", e.SqlState);
            }
            catch (Exception e) when (e.IsDatabaseUnavailable() || e is TimeoutException)
            {
                availability.MarkDown(e.Reason());
            }

            stopping.WaitHandle.WaitOne(pause);
        }
    }

    /// <returns>How long to wait before the next connection, once this one is of no more use.</returns>
    private TimeSpan Watch(NpgsqlConnection connection, CancellationToken stopping)
    {
        // Up only after a write: the statements that found it down were writes, too.
        Ask(connection);
        if (availability.IsDown) Write(connection);
        availability.MarkUp();
        while (!stopping.IsCancellationRequested)
        {
            if (!IsAlive(connection, stopping))
            {
                // PostgreSQL has ended it, and others with it: none of them may meet a request.
                engine.DropConnections();
                return ShortPause;
            }

            // A request met a read-only server, which this connection, made before, may not show.
            if (availability.IsDown) return ShortPause;
            Ask(connection);
        }

        return TimeSpan.Zero;
    }

    private static bool IsAlive(NpgsqlConnection connection, CancellationToken stopping)
    {
        try
        {
            connection.WaitAsync(Pause, stopping).GetAwaiter().GetResult();
            return true;
        }
        catch (Exception e) when (e.IsStaleConnection())
        {
            return false;
        }
    }

    private static void Ask(NpgsqlConnection connection)
    {
        using var question = new NpgsqlCommand(WhyNotWritable, connection);
        if (question.ExecuteScalar() is string reason) throw new DatabaseUnavailableException(isKnown: false, reason);
    }

    // A row as it is. Locked rows are left: they are no reason to wait.
    private static void Write(NpgsqlConnection connection)
    {
        const string Same = "UPDATE organizations SET name = name WHERE id = (SELECT id FROM organizations ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)";
        using var command = new NpgsqlCommand(Same, connection);
        command.ExecuteNonQuery();
    }

    // A no is an answer, such as too many connections, or a schema that isn't there yet.
    private static bool IsAnswer(PostgresException e)
        => !e.IsDatabaseUnavailable() || e.IsLoginRefused() || e.SqlState == PostgresErrorCodes.TooManyConnections;

    private NpgsqlDataSource Source() => PostgresSource.Build(
        connectionString,
        options =>
        {
            // Connections of its own: a pool that is exhausted is no dead database.
            options.Pooling = false;
            options.Timeout = options.CommandTimeout = settings.PatienceSeconds;
            options.CancellationTimeout = -1;
        },
        // Otherwise traces would tell of little else.
        builder => builder.ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => false).EnablePhysicalOpenTracing(false)));
}
