using System.Net.Sockets;
using StackExchange.Redis;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// Whether Redis is there: this node's own beats have to come back. That finds a Redis that is slow,
/// frozen or half connected as surely as one that is gone.
/// </summary>
internal sealed class RedisPulse : BackgroundLoop
{
    // Together below two seconds: within that, whoever hears through a Redis that stands still hears by other ways.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.3);
    private static readonly TimeSpan TimeToBegin = TimeSpan.FromSeconds(2.5);

    // In beats: until what ought to heal by itself is helped along.
    private const int BeforeRenewing = 4;
    private const int BeforeReopening = 20;

    private readonly RedisLink _link;
    private readonly RedisSubscriptions _subscriptions;
    private readonly OtherNodes _others;
    private readonly ILogger<RedisPulse> _log;
    private readonly Lock _gate = new();
    private long _started;
    private Task _beating = Task.CompletedTask;
    private long _beats;
    private long _beatingSince;
    private int _beatsAway;
    private long _awaited = 1;
    private long _heardAt;
    private bool _isSaid;
    private volatile bool _isAway = true;

    public RedisPulse(RedisLink link, RedisSubscriptions subscriptions, OtherNodes others, ILogger<RedisPulse> log)
    {
        (_link, _subscriptions, _others, _log) = (link, subscriptions, others, log);
        link.Failed += Lose;
    }

    /// <summary>Raised when Redis is lost, and when it is back.</summary>
    public event Action? Changed;

    /// <summary>From the start on, until the first beat comes back.</summary>
    public bool IsAway => _isAway;

    /// <summary>Takes a beat of this node that came back.</summary>
    public void Hear(Beat own)
    {
        lock (_gate)
        {
            _heardAt = Environment.TickCount64;

            // One that was sent before the loss proves nothing.
            if (!_isAway || own.Number < _awaited) return;
            _isAway = false;
        }

        _others.Excuse();
        if (_isSaid) _log.LogInformation("Redis is back");
        _isSaid = false;
        _ = Return();
    }

    protected override async Task Run(CancellationToken stopping)
    {
        // Not from the program's start: a node may wait for another one's migration first.
        _started = Environment.TickCount64;
        using var timer = new PeriodicTimer(Interval);
        await _subscriptions.Add(RedisChannels.Nodes);
        await _subscriptions.Add(RedisChannels.Users);
        do
        {
            await Beat();
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private async Task Beat()
    {
        _beatsAway = _isAway ? _beatsAway + 1 : 0;
        if (_isAway) await Heal();
        else _others.Expire();

        // One at a time: while Redis takes none, they would only pile up.
        var now = Environment.TickCount64;
        if (_beating.IsCompleted || now - _beatingSince > Patience.TotalMilliseconds)
        {
            (_beating, _beatingSince) = (_others.Beat(++_beats), now);
        }

        if (!_isAway && now - Volatile.Read(ref _heardAt) > Patience.TotalMilliseconds) Lose();
        if (_isAway && now - _started > TimeToBegin.TotalMilliseconds) Say();
    }

    // The library reconnects by itself, but may forget what it was subscribed to, and once in a while itself.
    private async Task Heal()
    {
        try
        {
            if (!_link.IsOpen || _beatsAway % BeforeReopening == 0) await _link.Open();
            else if (_beatsAway % BeforeRenewing != 0) return;
        }
        catch (Exception e) when (e is RedisException or IOException or SocketException or TimeoutException)
        {
            return;
        }

        // The beat that follows finds its way back only over what is subscribed to.
        await Task.WhenAny(_subscriptions.Renew(RedisChannels.Nodes), Task.Delay(Interval));
    }

    private void Lose()
    {
        lock (_gate)
        {
            _awaited = _beats + 1;
            if (_isAway) return;
            _isAway = true;
        }

        Changed?.Invoke();
    }

    private async Task Return()
    {
        await _subscriptions.Renew();
        Changed?.Invoke();
    }

    private void Say()
    {
        if (_isSaid) return;
        _isSaid = true;
        _log.LogWarning("Redis can't be reached: what happens on other nodes is looked for in the database until it is back");
    }
}
