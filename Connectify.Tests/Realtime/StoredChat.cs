using System.Text;
using Connectify.Protocol;
using Connectify.Server.Kernel;
using Connectify.Server.Realtime.Events;

namespace Connectify.Tests.Realtime;

/// <summary>A chat as its database knows it: which message changed last when, and who was removed.</summary>
internal sealed class StoredChat
{
    private readonly Dictionary<long, (long Created, long Changed)> _messages = [];
    private readonly Dictionary<long, long> _removedAfter = [];

    public ChatRef Chat { get; } = new(ChatKind.Group, 5);

    public long LastSeq { get; private set; }

    public long AccessVersion { get; private set; }

    /// <summary>Stores a change: of an old message where there is such a one, else of a new one.</summary>
    public ChatEvent Change(int message)
    {
        var id = message < _messages.Count ? message : _messages.Count;
        LastSeq++;
        _messages[id] = (_messages.TryGetValue(id, out var known) ? known.Created : LastSeq, LastSeq);
        return Event(_messages[id], LastSeq - 1, LastSeq - 1);
    }

    /// <summary>The messages there are, by the count with which each was new.</summary>
    public IEnumerable<long> CreatedUpTo(long seq) => _messages.Values.Select(message => message.Created).Where(created => created <= seq);

    public void Remove(long userId)
    {
        AccessVersion++;
        _removedAfter[userId] = LastSeq;
    }

    public bool HasRemoved(long userId) => _removedAfter.ContainsKey(userId);

    /// <summary>The last change that was this user's to hear.</summary>
    public long MayHearUpTo(long userId) => _removedAfter.GetValueOrDefault(userId, long.MaxValue);

    /// <summary>The state now of what changed after <paramref name="since"/>, as ChatHistory reads it.</summary>
    public List<ChatEvent> Since(long since)
    {
        var events = new List<ChatEvent>();
        var covered = since;
        foreach (var message in _messages.Values.Where(message => message.Changed > since).OrderBy(message => message.Changed))
        {
            events.Add(Event(message, since, covered));
            covered = message.Changed;
        }

        return events;
    }

    private ChatEvent Event((long Created, long Changed) message, long since, long after)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"seq":{{message.Changed}},"after":{{after}},"created":{{message.Created}}}""");
        return new ChatEvent(Chat.Id, message.Created > since ? Frames.Message : Frames.MessageUpdated, json)
        {
            Seq = message.Changed,
            After = after,
            CreatedSeq = message.Created,
            AccessVersion = AccessVersion,
        };
    }
}
