using System.Net.Sockets;
using StackExchange.Redis;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// Redis health check: this node's own heartbeats have to come back within 1.3 s, and the other nodes that are heard have to
/// acknowledge them. The first finds a Redis that is slow, frozen or half connected as surely as one that is gone, the second a
/// demoted master, at which nobody else listens.
/// </summary>
internal sealed class RedisMonitor : BackgroundLoop
{
    // Together below two seconds: within that, clients hear by other ways what a Redis that stands still does not carry.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.3);
    private static readonly TimeSpan TimeToBegin = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan BetweenRefusalLines = TimeSpan.FromMinutes(1);

    // In heartbeats.
    private const int BetweenReopening = 4;
    private const int BetweenRenewing = 4;

    private readonly RedisConnection _redis;
    private readonly RedisSubscriptions _subscriptions;
    private readonly PeerRegistry _peers;
    private readonly ILogger<RedisMonitor> _log;
    private readonly Lock _gate = new();
    private long _started;
    private Task _beating = Task.CompletedTask;
    private long _beats;
    private long _beatingSince;
    private int _beatsDown;
    private long _awaited = 1;
    private long _heard;
    private long _heardAt;
    private long _refusedAt = long.MinValue / 2;
    private bool _isLogged;
    private volatile bool _isDown = true;

    public RedisMonitor(RedisConnection redis, RedisSubscriptions subscriptions, PeerRegistry peers, ILogger<RedisMonitor> log)
    {
        (_redis, _subscriptions, _peers, _log) = (redis, subscriptions, peers, log);
        redis.Failed += MarkDown;
        redis.Refused += LogRefusal;
        peers.Unheard += MarkUnheard;
    }

    /// <summary>Raised when Redis is lost, and when it is back.</summary>
    public event Action? Changed;

    /// <summary>From the start on, until the first heartbeat comes back.</summary>
    public bool IsDown => _isDown;

    /// <summary>Takes a heartbeat of this node that came back.</summary>
    public void Receive(Heartbeat own)
    {
        lock (_gate)
        {
            (_heard, _heardAt) = (own.Number, Environment.TickCount64);

            // One that was sent before the loss proves nothing, nor does one that only this node hears.
            if (!_isDown || own.Number < _awaited || _peers.IsUnheard) return;
            _isDown = false;
        }

        _peers.RenewAllLeases();
        if (_isLogged) _log.LogInformation("Redis is back: events of other nodes are heard again");
        _isLogged = false;
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
            await Beat();
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private async Task Beat()
    {
        _beatsDown = _isDown ? _beatsDown + 1 : 0;
        if (_isDown) await Reconnect();
        else _peers.Expire();

        // Not awaited while down: a subscription that Redis doesn't answer must not hold up the heartbeats.
        if (_beats % BetweenRenewing == 0) _ = _subscriptions.Renew();

        // One at a time: while Redis takes none, they would only pile up.
        var now = Environment.TickCount64;
        if (_beating.IsCompleted || now - _beatingSince > Timeout.TotalMilliseconds)
        {
            (_beating, _beatingSince) = (_peers.PublishHeartbeat(++_beats, Volatile.Read(ref _heard)), now);
        }

        if (!_isDown && now - Volatile.Read(ref _heardAt) > Timeout.TotalMilliseconds) MarkDown();
        if (_isDown && now - _started > TimeToBegin.TotalMilliseconds) LogDown();
    }

    // The library reconnects and subscribes again by itself, to the server that it knows. It is opened anew where that is the
    // wrong one, and where no sentinel could name one yet.
    private async Task Reconnect()
    {
        if (_redis.Current is not null && !(_peers.IsUnheard && _beatsDown % BetweenReopening == 1)) return;
        try
        {
            await _redis.Open();
        }
        catch (Exception e) when (e is RedisException or IOException or SocketException or TimeoutException)
        {
            return;
        }

        // The heartbeat that follows finds its way back only over what is subscribed to.
        await Task.WhenAny(_subscriptions.Renew(all: true), Task.Delay(Interval));
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

    private void MarkUnheard()
    {
        if (!_isLogged) _log.LogWarning("Redis: another node doesn't hear this one, which may publish at a demoted master: connecting anew, and polling the database until it is heard");
        _isLogged = true;
        MarkDown();
    }

    private async Task MarkUp()
    {
        await _subscriptions.Renew();
        Changed?.Invoke();
    }

    private void LogDown()
    {
        if (_isLogged) return;
        _isLogged = true;
        _log.LogWarning("Redis can't be reached: what happens on other nodes is looked for in the database until it is back");
    }

    private void LogRefusal(string reason)
    {
        lock (_gate)
        {
            if (Environment.TickCount64 - _refusedAt < BetweenRefusalLines.TotalMilliseconds) return;
            _refusedAt = Environment.TickCount64;
        }

        _log.LogWarning("Redis refuses this node's user: {Reason}. Events that it doesn't carry are read from the database, later. Further refusals are not logged for a minute", reason);
    }
}
