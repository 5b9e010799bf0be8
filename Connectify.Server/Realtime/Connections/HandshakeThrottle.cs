using System.Collections.Concurrent;
using Connectify.Protocol;
using Connectify.Server.Chats;

namespace Connectify.Server.Realtime.Connections;

/// <summary>
/// Remembers sockets refused at connect. The documented client resets its back-off on every upgrade; with
/// a bad token it would retry every 3 s indefinitely. After three refusals within a minute, HTTP refuses
/// the same address, path and token until the minute is over.
/// </summary>
internal sealed class HandshakeThrottle(TimeProvider clock)
{
    private const int Allowed = 3;
    private const int MaxRemembered = 100_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Rejection Unauthorized = new(StatusCodes.Status401Unauthorized, "not_authenticated", "The token was refused before");
    private readonly ConcurrentDictionary<string, Refused> _refused = new();
    private long _lastTicks;

    public void RecordFailure(ConnectAttempt attempt, int code)
    {
        var now = clock.GetUtcNow();
        Volatile.Write(ref _lastTicks, now.Ticks);
        if (_refused.Count >= MaxRemembered) Forget(now);
        _refused.AddOrUpdate(
            attempt.Key,
            _ => new Refused(now, 1, code),
            (_, known) => now - known.Since > Minute ? new Refused(now, 1, code) : known with { Count = known.Count + 1, Code = code });
    }

    /// <returns>null where the socket may be opened.</returns>
    public Rejection? WhyNot(ConnectAttempt attempt)
    {
        // Usually empty.
        var now = clock.GetUtcNow();
        if (now.Ticks - Volatile.Read(ref _lastTicks) > Minute.Ticks) return null;
        if (!_refused.TryGetValue(attempt.Key, out var known) || known.Count < Allowed) return null;
        var left = Minute - (now - known.Since);
        if (left <= TimeSpan.Zero) return null;
        var rejection = known.Code == CloseCodes.Unauthorized ? Unauthorized : ChatRejections.NotIn(ChatKind.Conversation);
        return rejection with { RetryAfter = left };
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, known) in _refused)
        {
            if (now - known.Since > Minute) _refused.TryRemove(key, out _);
        }

        // An attack from many addresses: better to forget than to grow.
        if (_refused.Count >= MaxRemembered) _refused.Clear();
    }

    private sealed record Refused(DateTimeOffset Since, int Count, int Code);
}
