using Connectify.Protocol;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime.Events;

/// <summary>
/// Events of one chat that follow each other, on their way to its members. Their frames stand side by side in memory,
/// once per protocol: what a client gets of them is queued and written as one.
/// </summary>
/// <remarks>Used within a feed's turn, by one thread.</remarks>
internal sealed class EventBatch
{
    // As much as a socket is written at once; and arrays that are longer live too long.
    private const int MaxBytes = 64 * 1024;
    private const int MaxFrameHead = 128;

    private readonly bool _isForEverybody;
    private readonly bool _needsBase;
    private readonly Dictionary<(IHubProtocol, string), EncodedBatch> _encoded = [];
    private (IHubProtocol Protocol, string BaseUrl, EncodedBatch Frames)? _last;

    private EventBatch(IReadOnlyList<ChatEvent> events)
    {
        Events = events;
        _isForEverybody = events.All(happened => happened is { ExceptUser: 0, OnlyUser: 0 });
        _needsBase = events.Any(happened => happened.Encoded.NeedsBase);
    }

    public IReadOnlyList<ChatEvent> Events { get; }

    /// <summary>The runs that some events make, in their order: each about as long as one write, and of one event at least.</summary>
    public static IEnumerable<EventBatch> Of(IReadOnlyList<ChatEvent> events)
    {
        if (events.Count == 1) return [new EventBatch(events)];
        var (runs, some, bytes) = (new List<EventBatch>(), new List<ChatEvent>(), 0);
        foreach (var happened in events)
        {
            var length = happened.Json.Length + MaxFrameHead;
            if (some.Count > 0 && bytes + length > MaxBytes)
            {
                runs.Add(new EventBatch(some));
                (some, bytes) = ([], 0);
            }

            some.Add(happened);
            bytes += length;
        }

        runs.Add(new EventBatch(some));
        return runs;
    }

    /// <summary>Queues the frames that a user may receive; never waits.</summary>
    public void Enqueue(FrameQueue queue, IHubProtocol protocol, string baseUrl, long userId)
    {
        var frames = Frames(protocol, _needsBase ? baseUrl : "");
        if (_isForEverybody)
        {
            queue.Enqueue(frames.Bytes);
            return;
        }

        foreach (var part in PartsFor(userId, frames.Ends)) queue.Enqueue(frames.Bytes[part]);
    }

    // Byte ranges of adjacent frames that the user may receive.
    private IEnumerable<Range> PartsFor(long userId, int[] ends)
    {
        var (from, to) = (0, 0);
        for (var i = 0; i < Events.Count; i++)
        {
            if (!Events[i].IsFor(userId))
            {
                if (from < to) yield return from..to;
                from = ends[i];
            }

            to = ends[i];
        }

        if (from < to) yield return from..to;
    }

    private EncodedBatch Frames(IHubProtocol protocol, string baseUrl)
    {
        if (_last is { } last && last.Protocol == protocol && last.BaseUrl == baseUrl) return last.Frames;
        if (!_encoded.TryGetValue((protocol, baseUrl), out var frames)) _encoded[(protocol, baseUrl)] = frames = Encode(protocol, baseUrl);
        _last = (protocol, baseUrl, frames);
        return frames;
    }

    private EncodedBatch Encode(IHubProtocol protocol, string baseUrl)
    {
        var each = Events.Select(happened => happened.Encoded.For(baseUrl).GetSerializedMessage(protocol)).ToArray();
        if (each is [var only]) return new EncodedBatch(only, [only.Length]);
        var (bytes, ends, end) = (new byte[each.Sum(frame => frame.Length)], new int[each.Length], 0);
        for (var i = 0; i < each.Length; i++)
        {
            each[i].CopyTo(bytes.AsMemory(end));
            ends[i] = end += each[i].Length;
        }

        return new EncodedBatch(bytes, ends);
    }

    /// <param name="Bytes">The frames.</param>
    /// <param name="Ends">Where each of them ends.</param>
    private sealed record EncodedBatch(ReadOnlyMemory<byte> Bytes, int[] Ends);
}
