using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Connectify.Server.Diagnostics;

/// <summary>
/// Counters and histograms. Observable gauges are in <c>Gauges</c>.
/// An event counts once, however many clients receive it.
/// </summary>
internal sealed class Metrics
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Connectify";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    };

    private static readonly InstrumentAdvice<int> Sends = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 400] };

    /// <summary>More bytes wait for the client than <c>Sockets:MaxQueuedBytes</c>.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>One write has been blocked for longer than <c>Sockets:MaxWriteStallSeconds</c>.</summary>
    public const string Stalled = "stalled";

    private readonly Counter<long> _stored;
    private readonly Histogram<int> _batches;
    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _fanOut;
    private readonly Counter<long> _aborted;
    private readonly Counter<long> _gaps;
    private readonly Histogram<double> _databaseWaits;
    private readonly Counter<long> _databaseTimeouts;

    public Metrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _stored = meter.CreateCounter<long>("connectify.messages.stored", "{message}", "New messages that are committed.");
        _batches = meter.CreateHistogram("connectify.messages.batch", "{message}", "How many new messages shared one commit.", advice: Sends);
        _deliveries = meter.CreateCounter<long>("connectify.deliveries", "{frame}", "Events handed to connections, counted once for each connection.");
        _fanOut = meter.CreateHistogram(
            "connectify.fan_out.duration", "s", "From an event's publication on this node until the last connection's queue has it.", advice: Seconds);
        _aborted = meter.CreateCounter<long>("connectify.connections.aborted", "{connection}", "Connections ended because the client reads too slowly.");
        _gaps = meter.CreateCounter<long>("connectify.gaps.filled", "{gap}", "Times that changes of a chat had to be read from the database to be delivered.");
        _databaseWaits = meter.CreateHistogram(
            "connectify.database.wait.duration", "s", "Waits for a connection to the database, and on SQLite for the writer's turn.", advice: Seconds);
        _databaseTimeouts = meter.CreateCounter<long>("connectify.database.timeouts", "{time}", "Waits for the database that ended without an answer.");
    }

    public void Stored(int messages)
    {
        if (messages == 0) return;
        _stored.Add(messages);
        _batches.Record(messages);
    }

    /// <param name="connections">How many connections' queues got the event.</param>
    /// <param name="publishedAt">A <see cref="Stopwatch.GetTimestamp"/> of its publication.</param>
    public void FannedOut(int connections, long publishedAt)
    {
        if (connections == 0) return;
        _deliveries.Add(connections);
        if (_fanOut.Enabled) _fanOut.Record(Stopwatch.GetElapsedTime(publishedAt).TotalSeconds);
    }

    /// <summary>The server aborted a connection that reads too slowly.</summary>
    /// <param name="reason"><see cref="QueueFull"/> or <see cref="Stalled"/>.</param>
    public void ConnectionAborted(string reason) => _aborted.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void GapBackfilled() => _gaps.Add(1);

    /// <param name="since">A <see cref="Stopwatch.GetTimestamp"/> of the wait's start.</param>
    public void WaitedForDatabase(long since)
    {
        if (_databaseWaits.Enabled) _databaseWaits.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    /// <summary>No connection became free in time.</summary>
    public void DatabaseWaitTimedOut() => _databaseTimeouts.Add(1, new KeyValuePair<string, object?>("reason", "no_connection"));

    /// <summary>The database stopped answering.</summary>
    public void DatabaseLost() => _databaseTimeouts.Add(1, new KeyValuePair<string, object?>("reason", "no_answer"));
}
