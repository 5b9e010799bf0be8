using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>
/// When to look in the database for what nobody told: often while the other nodes can't be heard, now and
/// then anyway (a process may be cut off between commit and telling), and at once when something may have
/// been lost, with a second look after it, since the loss may not quite be over.
/// </summary>
internal sealed class SweepTurn : IDisposable
{
    private readonly IBackplane _backplane;
    private readonly TimeSpan _whileAway;
    private readonly TimeSpan _otherwise;
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private readonly Lock _gate = new();
    private bool _isSecondLookDue;

    public SweepTurn(IBackplane backplane, TimeSpan whileAway, TimeSpan otherwise)
    {
        (_backplane, _whileAway, _otherwise) = (backplane, whileAway, otherwise);
        backplane.MayHaveLost += Want;
    }

    /// <summary>Returns when it is time.</summary>
    public async Task Wait(CancellationToken cancellation)
    {
        var wait = _backplane.IsAway || _isSecondLookDue ? _whileAway : _otherwise;
        _isSecondLookDue = await _wanted.WaitAsync(wait, cancellation);
    }

    public void Dispose()
    {
        _backplane.MayHaveLost -= Want;
        _wanted.Dispose();
    }

    private void Want()
    {
        lock (_gate)
        {
            if (_wanted.CurrentCount == 0) _wanted.Release();
        }
    }
}
