using System.Threading.Channels;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>Carries events between nodes over Redis' channels.</summary>
internal sealed class RedisBackplane : BackgroundLoop, IBackplane
{
    // Some seconds' worth of a busy node. Beyond it the database is asked: it is faster then.
    private const int MaxUnread = 10_000;
    private static readonly TimeSpan PauseBetweenComplaints = TimeSpan.FromMinutes(1);

    private readonly RedisConnection _redis;
    private readonly RedisSubscriptions _subscriptions;
    private readonly RedisMonitor _monitor;
    private readonly PeerRegistry _peers;
    private readonly RemoteTyping _typing;
    private readonly ILogger<RedisBackplane> _log;
    private readonly Channel<byte[]> _unread = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MaxUnread) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private long _complainedAt = long.MinValue / 2;
    private int _hasOverflowed;

    public RedisBackplane(
        RedisConnection redis, RedisSubscriptions subscriptions, RedisMonitor monitor, PeerRegistry peers, RemoteTyping typing, ILogger<RedisBackplane> log)
    {
        (_redis, _subscriptions, _monitor, _peers, _typing, _log) = (redis, subscriptions, monitor, peers, typing, log);
        redis.Received += Receive;
        monitor.Changed += () => PossibleLoss?.Invoke();
        subscriptions.SubscribedLate += () => PossibleLoss?.Invoke();
        peers.PossibleLoss += () => PossibleLoss?.Invoke();
        peers.PeerSilent += () => PossibleLoss?.Invoke();
        peers.Expired += EndTyping;
    }

    public event Action<ChatEvent>? ChatEventReceived;

    public event Action<AccessEvent>? AccessEventReceived;

    public event Action? PossibleLoss;

    public bool IsDown => _monitor.IsDown;

    public long Dropped => _redis.LostCount;

    public string? State => _monitor.IsDown ? "away" : "connected";

    public void Publish(ChatEvent happened) => Publish(RedisChannels.Chat(happened.ChatId), () => Envelope.Of(_peers.Self, happened));

    public void Publish(AccessEvent happened) => Publish(RedisChannels.Users, () => Envelope.Of(_peers.Self, happened));

    public Task Follow(long chatId) => _subscriptions.Add(RedisChannels.Chat(chatId));

    public void Unfollow(long chatId) => _subscriptions.Remove(RedisChannels.Chat(chatId));

    protected override async Task Run(CancellationToken stopping)
    {
        await foreach (var message in _unread.Reader.ReadAllAsync(stopping))
        {
            if (Interlocked.Exchange(ref _hasOverflowed, 0) == 1) PossibleLoss?.Invoke();
            if (Envelope.TryRead(message) is not { } received) LogThrottled("is garbled or of another version");
            else Deliver(received);
        }
    }

    private void Publish(string channel, Func<byte[]> message)
    {
        if (_monitor.IsDown) _redis.Drop();
        else _ = _redis.Publish(channel, message());
    }

    private void Receive(string channel, byte[] message)
    {
        if (RedisChannels.IsApplicationEvent(channel, out _)) return;
        if (!_unread.Writer.TryWrite(message)) Volatile.Write(ref _hasOverflowed, 1);
    }

    private void Deliver(Received received)
    {
        try
        {
            if (received.Node != _peers.Self) DeliverForeign(received);
            else if (received.What is Heartbeat own) _monitor.Receive(own);
        }
        catch (Exception e)
        {
            // One event that can't be delivered must not end the hearing of all others.
            LogThrottled($"could not be delivered: {e.GetType().Name}");
        }
    }

    private void DeliverForeign(Received received)
    {
        switch (received.What)
        {
            case ChatEvent happened:
                _typing.Note(received.Node, happened);
                ChatEventReceived?.Invoke(happened);
                break;
            case AccessEvent happened:
                AccessEventReceived?.Invoke(happened);
                break;
            case NodeSignal signal:
                _peers.Handle(received.Node, signal);
                break;
        }
    }

    private void EndTyping(long node)
    {
        foreach (var ended in _typing.TakeStops(node)) ChatEventReceived?.Invoke(ended);
    }

    private void LogThrottled(string what)
    {
        if (Environment.TickCount64 - _complainedAt < PauseBetweenComplaints.TotalMilliseconds) return;
        _complainedAt = Environment.TickCount64;
        _log.LogWarning("A message from Redis {What} and was ignored; further ones are not reported for a minute", what);
    }
}
