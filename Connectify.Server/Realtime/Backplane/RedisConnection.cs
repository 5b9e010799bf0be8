using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// The connection to Redis, made and made again in the background. Callers never wait for it: a message that
/// can't be sent, because Redis is down or slower than its senders, is dropped and counted.
/// </summary>
internal sealed partial class RedisConnection(ConfigurationOptions options) : IDisposable
{
    // What may be under way to a Redis that doesn't take it.
    private const int MaxPendingBytes = 8 * 1024 * 1024;

    private volatile IConnectionMultiplexer? _redis;
    private int _pendingBytes;
    private long _losses;

    /// <summary>Raised with the channel and each of its messages, in the order of one publisher's sends. Handlers must not wait.</summary>
    public event Action<string, byte[]>? Received;

    /// <summary>Raised when a connection breaks: messages under way on it may be lost.</summary>
    public event Action? Failed;

    /// <summary>Raised with the server's own words when it refuses a command or the login, such as <c>NOPERM …</c>.</summary>
    public event Action<string>? Refused;

    /// <summary>The connection in use; null before the first <see cref="Open"/>. A later <see cref="Open"/> replaces it.</summary>
    public IConnectionMultiplexer? Current => _redis;

    /// <summary>How many messages could not be sent.</summary>
    public long LostCount => Volatile.Read(ref _losses);

    /// <summary>Connects, or connects anew, to the server that is the master now. Where Redis can't be reached, the library keeps trying.</summary>
    /// <exception cref="RedisException">No sentinel answers, or none knows the service.</exception>
    public async Task Open()
    {
        var old = _redis;
        var opened = await ConnectionMultiplexer.ConnectAsync(options);
        opened.ConnectionFailed += Fail;
        _redis = opened;
        if (old is null) return;
        old.ConnectionFailed -= Fail;
        await old.CloseAsync(allowCommandsToComplete: false);
    }

    /// <summary>Sends a message, or drops it.</summary>
    /// <param name="channel">Where to.</param>
    /// <param name="message">The message.</param>
    /// <param name="isCounted">Whether its loss is one that the others have to learn of.</param>
    /// <returns>Complete when Redis has it or it is dropped; senders on behalf of users don't await it.</returns>
    public async Task Publish(string channel, byte[] message, bool isCounted = true)
    {
        if (_redis is not { } redis || Volatile.Read(ref _pendingBytes) > MaxPendingBytes)
        {
            if (isCounted) Drop();
            return;
        }

        Interlocked.Add(ref _pendingBytes, message.Length);
        try
        {
            await redis.GetSubscriber().PublishAsync(Named(channel), message);
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

    /// <summary>Subscribes to a channel, or to a pattern where it ends with <c>*</c>. The library keeps it up through lost connections.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="isAgain">Whether an earlier try failed: the library still lists it, but without a queue that is read.</param>
    /// <returns>Whether Redis has confirmed it.</returns>
    public async Task<bool> Subscribe(string channel, bool isAgain)
    {
        if (_redis is not { } redis) return false;
        try
        {
            var subscriber = redis.GetSubscriber();
            if (isAgain) await subscriber.UnsubscribeAsync(Named(channel));

            // A queue of its own: the library calls plain handlers in any order.
            var queue = await subscriber.SubscribeAsync(Named(channel));
            if (channel.EndsWith('*')) queue.OnMessage(got => Receive(got.Channel.ToString(), got.Message));
            else queue.OnMessage(got => Receive(channel, got.Message));
            return true;
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            return false;
        }
    }

    public async Task Unsubscribe(string channel)
    {
        if (_redis is not { } redis) return;
        try
        {
            await redis.GetSubscriber().UnsubscribeAsync(Named(channel));
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            // A message that still comes finds no feed.
        }
    }

    public void Dispose()
    {
        _redis?.Dispose();
        _redis = null;
    }

    private static RedisChannel Named(string channel) => channel.EndsWith('*') ? RedisChannel.Pattern(channel) : RedisChannel.Literal(channel);

    private bool IsUnavailable(Exception exception)
    {
        // The library puts the server's words among many of its own.
        if (exception is RedisException && Refusal().Match(exception.Message) is { Success: true } refusal) Refused?.Invoke(refusal.Value);
        return exception is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException;
    }

    private void Fail(object? sender, ConnectionFailedEventArgs failed)
    {
        // A server that can't be reached was not in use; nothing is published at a replica.
        if (failed.FailureType == ConnectionFailureType.UnableToConnect || failed.EndPoint is null) return;
        if (_redis?.GetServer(failed.EndPoint) is not { IsReplica: true }) Failed?.Invoke();
    }

    private void Receive(string channel, RedisValue message)
    {
        if ((byte[]?)message is { } bytes) Received?.Invoke(channel, bytes);
    }

    [GeneratedRegex(@"\b(NOPERM|NOAUTH|WRONGPASS)\b[^.;\r\n]*", RegexOptions.CultureInvariant)]
    private static partial Regex Refusal();
}
