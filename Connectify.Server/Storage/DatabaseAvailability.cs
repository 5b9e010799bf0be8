namespace Connectify.Server.Storage;

/// <summary>The database can't be reached; what was asked of it may have happened or not.</summary>
/// <param name="isKnown">Whether that it is away has been logged.</param>
internal sealed class DatabaseUnavailableException(bool isKnown) : Exception("The database can't be reached.")
{
    public bool AlreadyLogged => isKnown;
}

/// <summary>Whether the database answers. Once it doesn't, every wait for it ends, and none begins until it does again.</summary>
/// <remarks>
/// What is given up may still happen there: as with any 503, whoever asked can ask again. Only
/// <see cref="DatabaseProbe"/> sets it, so there are no two at once.
/// </remarks>
internal sealed class DatabaseAvailability : IDisposable
{
    private volatile CancellationTokenSource _away = new();

    public bool IsDown => _away.IsCancellationRequested;

    public void MarkDown() => _ = _away.CancelAsync();

    public void MarkUp()
    {
        if (IsDown) _away = new CancellationTokenSource();
    }

    public void Dispose() => _away.Dispose();

    /// <exception cref="DatabaseUnavailableException">The database doesn't answer.</exception>
    public async Task<T> RunWhileUp<T>(Func<Task<T>> work)
    {
        var away = _away.Token;
        if (away.IsCancellationRequested) throw new DatabaseUnavailableException(isKnown: true);
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
            throw new DatabaseUnavailableException(isKnown: true);
        }
    }
}
