using System.Threading.Channels;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>Carries events between nodes over Redis' channels.</summary>
internal sealed class RedisBackplane : BackgroundLoop, IBackplane
{
    // Some seconds' worth of a busy node. Beyond it the database is asked: it is faster then.
    private const int MaxUnread = 10_000;
    private static readonly TimeSpan PauseBetweenComplaints = TimeSpan.FromMinutes(1);

    private readonly RedisLink _link;
    private readonly RedisSubscriptions _subscriptions;
    private readonly RedisPulse _pulse;
    private readonly OtherNodes _others;
    private readonly StrandedTyping _typing;
    private readonly ILogger<RedisBackplane> _log;
    private readonly Channel<byte[]> _unread = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MaxUnread) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private long _complainedAt = long.MinValue / 2;
    private int _hasOverflowed;

    public RedisBackplane(
        RedisLink link, RedisSubscriptions subscriptions, RedisPulse pulse, OtherNodes others, StrandedTyping typing, ILogger<RedisBackplane> log)
    {
        (_link, _subscriptions, _pulse, _others, _typing, _log) = (link, subscriptions, pulse, others, typing, log);
        link.Received += Take;
        pulse.Changed += () => MayHaveLost?.Invoke();
        subscriptions.Late += () => MayHaveLost?.Invoke();
        others.Lost += () => MayHaveLost?.Invoke();
        others.Died += EndTyping;
    }

    public event Action<ChatEvent>? ChatHeard;

    public event Action<UserEvent>? UserHeard;

    public event Action? MayHaveLost;

    public bool IsAway => _pulse.IsAway;

    public long Dropped => _link.Losses;

    public string? State => _pulse.IsAway ? "away" : "connected";

    public void Publish(ChatEvent happened) => Publish(RedisChannels.Chat(happened.ChatId), () => Envelope.Of(_others.Self, happened));

    public void Publish(UserEvent happened) => Publish(RedisChannels.Users, () => Envelope.Of(_others.Self, happened));

    public Task Follow(long chatId) => _subscriptions.Add(RedisChannels.Chat(chatId));

    public void Unfollow(long chatId) => _subscriptions.Remove(RedisChannels.Chat(chatId));

    protected override async Task Run(CancellationToken stopping)
    {
        await foreach (var message in _unread.Reader.ReadAllAsync(stopping))
        {
            if (Interlocked.Exchange(ref _hasOverflowed, 0) == 1) MayHaveLost?.Invoke();
            if (Envelope.TryRead(message) is not { } received) Complain("is garbled or of another version");
            else Deliver(received);
        }
    }

    private void Publish(string channel, Func<byte[]> message)
    {
        if (_pulse.IsAway) _link.Drop();
        else _ = _link.Publish(channel, message());
    }

    private void Take(byte[] message)
    {
        if (!_unread.Writer.TryWrite(message)) Volatile.Write(ref _hasOverflowed, 1);
    }

    private void Deliver(Received received)
    {
        try
        {
            if (received.Node != _others.Self) DeliverForeign(received);
            else if (received.What is Beat own) _pulse.Hear(own);
        }
        catch (Exception e)
        {
            // One event that can't be delivered must not end the hearing of all others.
            Complain($"could not be delivered: {e.GetType().Name}");
        }
    }

    private void DeliverForeign(Received received)
    {
        switch (received.What)
        {
            case ChatEvent happened:
                _typing.Note(received.Node, happened);
                ChatHeard?.Invoke(happened);
                break;
            case UserEvent happened:
                UserHeard?.Invoke(happened);
                break;
            case NodeSignal signal:
                _others.Hear(received.Node, signal);
                break;
        }
    }

    private void EndTyping(long node)
    {
        foreach (var ended in _typing.EndsOf(node)) ChatHeard?.Invoke(ended);
    }

    private void Complain(string what)
    {
        if (Environment.TickCount64 - _complainedAt < PauseBetweenComplaints.TotalMilliseconds) return;
        _complainedAt = Environment.TickCount64;
        _log.LogWarning("A message from Redis {What} and was ignored; further ones are not reported for a minute", what);
    }
}
