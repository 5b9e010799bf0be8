namespace Connectify.Server.Storage;

/// <summary>The database can't be reached; what was asked of it may have happened or not.</summary>
/// <param name="isKnown">Whether that it is away has been logged.</param>
internal sealed class DatabaseAwayException(bool isKnown) : Exception("The database can't be reached.")
{
    public bool IsKnown => isKnown;
}

/// <summary>Whether the database answers. Once it doesn't, every wait for it ends, and none begins until it does again.</summary>
/// <remarks>
/// What is given up may still happen there: as with any 503, whoever asked can ask again. Only
/// <see cref="DatabasePulse"/> sets it, so there are no two at once.
/// </remarks>
internal sealed class DatabaseReach : IDisposable
{
    private volatile CancellationTokenSource _away = new();

    public bool IsAway => _away.IsCancellationRequested;

    public void Lost() => _ = _away.CancelAsync();

    public void Found()
    {
        if (IsAway) _away = new CancellationTokenSource();
    }

    public void Dispose() => _away.Dispose();

    /// <exception cref="DatabaseAwayException">The database doesn't answer.</exception>
    public async Task<T> Within<T>(Func<Task<T>> work)
    {
        var away = _away.Token;
        if (away.IsCancellationRequested) throw new DatabaseAwayException(isKnown: true);
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
            throw new DatabaseAwayException(isKnown: true);
        }
    }
}
