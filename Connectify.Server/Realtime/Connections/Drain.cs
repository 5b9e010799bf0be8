namespace Connectify.Server.Realtime.Connections;

/// <summary>
/// Graceful shutdown. <c>/readyz</c> answers 503 and new sockets are refused, while requests are still
/// served. Present sockets are closed a few at a time, so that they don't reach the other nodes all at once.
/// </summary>
internal sealed class Drain(ConnectionStore connections, IHostApplicationLifetime lifetime)
{
    // A load balancer that polls every second knows before the first client reconnects.
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private volatile bool _hasBegun;

    /// <summary>The answer to a socket that wants to begin now.</summary>
    public static Rejection ShuttingDown { get; }
        = new(StatusCodes.Status503ServiceUnavailable, "shutting_down", "The server is shutting down") { RetryAfter = TimeSpan.FromSeconds(1) };

    /// <summary>Whether this node is about to go.</summary>
    public bool IsDraining => _hasBegun || lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Sends everybody away: 5 seconds, or until it is cancelled; at once where no client is connected.</summary>
    public async Task Run(CancellationToken immediately)
    {
        _hasBegun = true;

        // A connection that is not in this list checks IsDraining after it was added: see ConnectionLifecycle.
        var leaving = connections.All.ToArray();
        if (leaving.Length == 0) return;
        Random.Shared.Shuffle(leaving);
        await Task.Delay(Notice, immediately);
        var rounds = (int)(Spread / Tick);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var client in leaving[Share(round)..Share(round + 1)]) client.CloseGoingAway();
            await Task.Delay(Tick, immediately);
        }

        int Share(int round) => (int)((long)leaving.Length * round / rounds);
    }
}
