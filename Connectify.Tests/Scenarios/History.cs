namespace Connectify.Tests.Scenarios;

/// <summary>Something that one client saw of one chat; times in milliseconds since 1970.</summary>
internal abstract record Heard(long At);

/// <summary>It connected, or asked to be resumed, and said which change was the last it knows.</summary>
internal sealed record Asked(long At, long Since) : Heard(At);

/// <summary>It was told where the chat stands, and whether what it missed follows.</summary>
internal sealed record Answered(long At, long Seq, bool IsResumed) : Heard(At);

/// <summary>It was not resumed, and read over REST: the messages there are, each with the number of its last change.</summary>
internal sealed record Fetched(long At, IReadOnlyDictionary<long, long> Seqs) : Heard(At);

/// <summary>It was told that its user has come into the chat anew: it hears all from <paramref name="Seq"/> on.</summary>
internal sealed record CameBack(long At, long Seq) : Heard(At);

/// <summary>A frame of a durable change.</summary>
/// <param name="At">When.</param>
/// <param name="Type">The frame's name.</param>
/// <param name="Seq">The change's number.</param>
/// <param name="MessageId">The message.</param>
/// <param name="Content">Its content, in frames that have it.</param>
internal sealed record Told(long At, string Type, long Seq, long MessageId, string? Content) : Heard(At);

/// <summary>All that one logical client saw of one chat, over all its connections, at all nodes, in the order in which it saw it.</summary>
/// <param name="Client">Its name, for people.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="ChatId">The chat.</param>
internal sealed record History(string Client, long UserId, long ChatId)
{
    private readonly Lock _gate = new();
    private readonly List<Heard> _entries = [];
    private long _position;

    /// <summary>To be read when nothing more is added.</summary>
    public IReadOnlyList<Heard> Entries => _entries;

    /// <summary>The last change it knows: what it says when it connects again.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>The newest message it knows; 0 when it knows none.</summary>
    public long LastMessageId { get; private set; }

    /// <summary>What happened, in short: who looks for the cause of a violation begins here.</summary>
    public string Story()
    {
        var story = new List<string>();
        var (first, last) = (0L, 0L);
        foreach (var heard in _entries.Append(null))
        {
            if (heard is Told told && (last == 0 || told.Seq > last))
            {
                (first, last) = (first == 0 ? told.Seq : first, told.Seq);
                continue;
            }

            if (last > 0) story.Add($"told {first}..{last}");
            (first, last) = heard is Told again ? (again.Seq, again.Seq) : (0, 0);
            if (heard is not (null or Told)) story.Add($"{heard}");
        }

        return $"{Client}, chat {ChatId}: {string.Join("; ", story)}";
    }

    public void Add(Heard heard)
    {
        lock (_gate)
        {
            _entries.Add(heard);
            if (heard is Told told) (_position, LastMessageId) = (Math.Max(_position, told.Seq), Math.Max(LastMessageId, told.MessageId));
            else if (heard is Answered { IsResumed: false } answer) _position = Math.Max(_position, answer.Seq);
        }
    }
}
