namespace Connectify.Server.Storage;

/// <summary>The database can't be used for now; what was asked of it may have happened or not.</summary>
/// <param name="isKnown">Whether the outage has a log line already.</param>
/// <param name="reason">For operators, without names of hosts and users.</param>
internal sealed class DatabaseUnavailableException(bool isKnown, string? reason = null) : Exception(reason ?? DatabaseAvailability.Unreachable)
{
    public bool AlreadyLogged => isKnown;
}

/// <summary>
/// Circuit breaker. Down: every wait for the database ends, and none begins until it is up again. Unwritable: the
/// same for writes alone. Only a probe marks up; a failed write or a probe marks down.
/// </summary>
/// <remarks>
/// Work that is given up may still happen in the database: as with any 503, the client can ask again. A mark and its
/// opposite may come at once, so both take the lock; a wait looks at one token, which is never renewed once cancelled.
/// </remarks>
internal sealed class DatabaseAvailability : IDisposable
{
    public const string Unreachable = "The database can't be reached.";

    private readonly Lock _gate = new();
    private volatile CancellationTokenSource _down = new();
    private volatile CancellationTokenSource _unwritable = new();
    private volatile string? _problem;

    /// <summary>Raised after each change, with the problem, or null when there is none any more.</summary>
    public event Action<string?>? Changed;

    /// <summary>Why nothing, or nothing new, can be stored; null while it can.</summary>
    public string? Problem => _problem;

    public bool IsDown => _down.IsCancellationRequested;

    /// <summary>Cancelled when writes end; to be read anew for each wait.</summary>
    public CancellationToken Unwritable => _unwritable.Token;

    public void MarkDown(string reason = Unreachable) => Mark(reason, _ => true);

    public void MarkUnwritable(string reason) => Mark(reason, source => source == _unwritable);

    public void MarkUp()
    {
        lock (_gate)
        {
            if (_problem is null) return;
            if (IsDown) _down = new CancellationTokenSource();
            if (_unwritable.IsCancellationRequested) _unwritable = new CancellationTokenSource();
            _problem = null;
        }

        Changed?.Invoke(null);
    }

    public void Dispose()
    {
        _down.Dispose();
        _unwritable.Dispose();
    }

    /// <exception cref="DatabaseUnavailableException">The database is down.</exception>
    public async Task<T> RunWhileUp<T>(Func<Task<T>> work)
    {
        var away = _down.Token;
        if (away.IsCancellationRequested) throw Unavailable();
        var working = work();
        try
        {
            return await working.WaitAsync(away);
        }
        catch (OperationCanceledException e) when (e.CancellationToken == away)
        {
            // It ended at that very moment, and knows how.
            if (working.IsCompleted) return await working;

            // Nobody waits for it any more, so nobody else would look at its exception.
            _ = working.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw Unavailable();
        }
    }

    private void Mark(string reason, Predicate<CancellationTokenSource> isMeant)
    {
        lock (_gate)
        {
            var ended = new[] { _down, _unwritable }.Where(source => isMeant(source) && !source.IsCancellationRequested).ToList();
            if (ended.Count == 0) return;
            _problem = reason;
            foreach (var source in ended) _ = source.CancelAsync();
        }

        Changed?.Invoke(reason);
    }

    private DatabaseUnavailableException Unavailable() => new(isKnown: true, _problem);
}
