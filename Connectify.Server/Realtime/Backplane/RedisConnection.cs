using StackExchange.Redis;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// The connection to Redis, made and made again in the background. Nobody waits for it: what can't be
/// sent, because Redis is away or slower than its senders, is dropped and counted.
/// </summary>
internal sealed class RedisConnection(ConfigurationOptions options) : IDisposable
{
    // What may be under way to a Redis that doesn't take it.
    private const int MaxPendingBytes = 8 * 1024 * 1024;

    private volatile ISubscriber? _subscriber;
    private ConnectionMultiplexer? _redis;
    private int _pendingBytes;
    private long _losses;

    /// <summary>Raised with each message of a channel that is subscribed to. Handlers must not wait.</summary>
    public event Action<byte[]>? Received;

    /// <summary>Raised when a connection breaks: what was under way on it may be lost.</summary>
    public event Action? Failed;

    public bool IsOpen => _subscriber is not null;

    /// <summary>How many messages could not be sent.</summary>
    public long LostCount => Volatile.Read(ref _losses);

    /// <summary>Begins, or begins anew; where Redis can't be reached, it goes on trying by itself.</summary>
    public async Task Open()
    {
        var old = _redis;
        _redis = await ConnectionMultiplexer.ConnectAsync(options);
        _redis.ConnectionFailed += Fail;
        _subscriber = _redis.GetSubscriber();
        if (old is null) return;
        old.ConnectionFailed -= Fail;
        await old.CloseAsync(allowCommandsToComplete: false);
    }

    /// <summary>Sends a message, or drops it.</summary>
    /// <param name="channel">Where to.</param>
    /// <param name="message">The message.</param>
    /// <param name="isCounted">Whether its loss is one that the others have to learn of.</param>
    /// <returns>Complete when Redis has it or it is dropped; not to be waited for by whoever sends for a user.</returns>
    public async Task Publish(string channel, byte[] message, bool isCounted = true)
    {
        if (_subscriber is not { } subscriber || Volatile.Read(ref _pendingBytes) > MaxPendingBytes)
        {
            if (isCounted) Drop();
            return;
        }

        Interlocked.Add(ref _pendingBytes, message.Length);
        try
        {
            await subscriber.PublishAsync(Named(channel), message);
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            if (isCounted) Drop();
        }
        finally
        {
            Interlocked.Add(ref _pendingBytes, -message.Length);
        }
    }

    /// <summary>Counts a message that was not even tried to be sent.</summary>
    public void Drop() => Interlocked.Increment(ref _losses);

    /// <returns>Whether Redis has confirmed it.</returns>
    public async Task<bool> Subscribe(string channel, bool isAgain)
    {
        if (_subscriber is not { } subscriber) return false;
        try
        {
            // The library believes an earlier try to stand, though it failed: it has to be taken back.
            if (isAgain) await subscriber.UnsubscribeAsync(Named(channel), Receive);
            await subscriber.SubscribeAsync(Named(channel), Receive);
            return true;
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            return false;
        }
    }

    public async Task Unsubscribe(string channel)
    {
        if (_subscriber is not { } subscriber) return;
        try
        {
            await subscriber.UnsubscribeAsync(Named(channel), Receive);
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            // Whatever still comes finds no feed.
        }
    }

    public void Dispose()
    {
        _subscriber = null;
        _redis?.Dispose();
    }

    private static RedisChannel Named(string channel) => new(channel, RedisChannel.PatternMode.Literal);

    private static bool IsUnavailable(Exception exception)
        => exception is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException;

    private void Fail(object? sender, ConnectionFailedEventArgs failed) => Failed?.Invoke();

    private void Receive(RedisChannel channel, RedisValue message)
    {
        if ((byte[]?)message is { } bytes) Received?.Invoke(bytes);
    }
}
