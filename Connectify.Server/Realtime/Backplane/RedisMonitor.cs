using System.Net.Sockets;
using StackExchange.Redis;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// Whether Redis is there: this node's own beats have to come back. That finds a Redis that is slow,
/// frozen or half connected as surely as one that is gone.
/// </summary>
internal sealed class RedisMonitor : BackgroundLoop
{
    // Together below two seconds: within that, whoever hears through a Redis that stands still hears by other ways.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.3);
    private static readonly TimeSpan TimeToBegin = TimeSpan.FromSeconds(2.5);

    // In beats: until what ought to heal by itself is helped along.
    private const int BeforeRenewing = 4;
    private const int BeforeReopening = 20;

    private readonly RedisConnection _redis;
    private readonly RedisSubscriptions _subscriptions;
    private readonly PeerRegistry _peers;
    private readonly ILogger<RedisMonitor> _log;
    private readonly Lock _gate = new();
    private long _started;
    private Task _beating = Task.CompletedTask;
    private long _beats;
    private long _beatingSince;
    private int _beatsAway;
    private long _awaited = 1;
    private long _heardAt;
    private bool _isSaid;
    private volatile bool _isDown = true;

    public RedisMonitor(RedisConnection redis, RedisSubscriptions subscriptions, PeerRegistry peers, ILogger<RedisMonitor> log)
    {
        (_redis, _subscriptions, _peers, _log) = (redis, subscriptions, peers, log);
        redis.Failed += MarkDown;
    }

    /// <summary>Raised when Redis is lost, and when it is back.</summary>
    public event Action? Changed;

    /// <summary>From the start on, until the first beat comes back.</summary>
    public bool IsDown => _isDown;

    /// <summary>Takes a beat of this node that came back.</summary>
    public void Receive(Heartbeat own)
    {
        lock (_gate)
        {
            _heardAt = Environment.TickCount64;

            // One that was sent before the loss proves nothing.
            if (!_isDown || own.Number < _awaited) return;
            _isDown = false;
        }

        _peers.RenewAllLeases();
        if (_isSaid) _log.LogInformation("Redis is back");
        _isSaid = false;
        _ = MarkUp();
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
            await Heartbeat();
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private async Task Heartbeat()
    {
        _beatsAway = _isDown ? _beatsAway + 1 : 0;
        if (_isDown) await Reconnect();
        else _peers.Expire();

        // One at a time: while Redis takes none, they would only pile up.
        var now = Environment.TickCount64;
        if (_beating.IsCompleted || now - _beatingSince > Timeout.TotalMilliseconds)
        {
            (_beating, _beatingSince) = (_peers.PublishHeartbeat(++_beats), now);
        }

        if (!_isDown && now - Volatile.Read(ref _heardAt) > Timeout.TotalMilliseconds) MarkDown();
        if (_isDown && now - _started > TimeToBegin.TotalMilliseconds) LogDown();
    }

    // The library reconnects by itself, but may forget what it was subscribed to, and once in a while itself.
    private async Task Reconnect()
    {
        try
        {
            if (!_redis.IsOpen || _beatsAway % BeforeReopening == 0) await _redis.Open();
            else if (_beatsAway % BeforeRenewing != 0) return;
        }
        catch (Exception e) when (e is RedisException or IOException or SocketException or TimeoutException)
        {
            return;
        }

        // The beat that follows finds its way back only over what is subscribed to.
        await Task.WhenAny(_subscriptions.Renew(RedisChannels.Nodes), Task.Delay(Interval));
    }

    private void MarkDown()
    {
        lock (_gate)
        {
            _awaited = _beats + 1;
            if (_isDown) return;
            _isDown = true;
        }

        Changed?.Invoke();
    }

    private async Task MarkUp()
    {
        await _subscriptions.Renew();
        Changed?.Invoke();
    }

    private void LogDown()
    {
        if (_isSaid) return;
        _isSaid = true;
        _log.LogWarning("Redis can't be reached: what happens on other nodes is looked for in the database until it is back");
    }
}
