using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>
/// Schedules anti-entropy: often while the backplane is down, periodically otherwise (a process may die
/// between commit and publication), and at once when something may have
/// been lost, with a second look after it, since the loss may not quite be over.
/// </summary>
internal sealed class ReconcileSchedule : IDisposable
{
    private readonly IBackplane _backplane;
    private readonly TimeSpan _whileDown;
    private readonly TimeSpan _otherwise;
    private readonly SemaphoreSlim _requested = new(0, 1);
    private readonly Lock _gate = new();
    private bool _isSecondRunDue;

    public ReconcileSchedule(IBackplane backplane, TimeSpan whileAway, TimeSpan otherwise)
    {
        (_backplane, _whileDown, _otherwise) = (backplane, whileAway, otherwise);
        backplane.PossibleLoss += Request;
    }

    /// <summary>Returns when it is time.</summary>
    public async Task Wait(CancellationToken cancellation)
    {
        var wait = _backplane.IsDown || _isSecondRunDue ? _whileDown : _otherwise;
        _isSecondRunDue = await _requested.WaitAsync(wait, cancellation);
    }

    public void Dispose()
    {
        _backplane.PossibleLoss -= Request;
        _requested.Dispose();
    }

    private void Request()
    {
        lock (_gate)
        {
            if (_requested.CurrentCount == 0) _requested.Release();
        }
    }
}
