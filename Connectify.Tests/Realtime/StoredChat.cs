using System.Text;
using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Realtime;

namespace Connectify.Tests.Realtime;

/// <summary>A chat as its database knows it: which message changed last when, and who was removed.</summary>
internal sealed class StoredChat
{
    private readonly Dictionary<long, long> _lastChange = [];
    private readonly Dictionary<long, long> _removedAfter = [];

    public ChatRef Chat { get; } = new(ChatKind.Group, 5);

    public long LastSeq { get; private set; }

    public long AccessVersion { get; private set; }

    /// <summary>Stores a change: of an old message where there is such a one, else of a new one.</summary>
    public ChatEvent Change(int message)
    {
        var id = message < _lastChange.Count ? message : _lastChange.Count;
        _lastChange[id] = ++LastSeq;
        return Event(LastSeq, LastSeq - 1);
    }

    public void Remove(long userId)
    {
        AccessVersion++;
        _removedAfter[userId] = LastSeq;
    }

    public bool HasRemoved(long userId) => _removedAfter.ContainsKey(userId);

    /// <summary>The last change that was this user's to hear.</summary>
    public long MayHearUpTo(long userId) => _removedAfter.GetValueOrDefault(userId, long.MaxValue);

    /// <summary>The state now of what changed after <paramref name="since"/>, as ChatHistory reads it.</summary>
    public List<ChatEvent> Since(long since, int limit)
    {
        var events = new List<ChatEvent>();
        foreach (var seq in _lastChange.Values.Where(seq => seq > since).Order().Take(limit))
        {
            events.Add(Event(seq, since));
            since = seq;
        }

        return events;
    }

    private ChatEvent Event(long seq, long after) => new(Chat.Id, Frames.Message, Encoding.UTF8.GetBytes($$"""{"seq":{{seq}},"after":{{after}}}"""))
    {
        Seq = seq,
        After = after,
        AccessVersion = AccessVersion,
    };
}
