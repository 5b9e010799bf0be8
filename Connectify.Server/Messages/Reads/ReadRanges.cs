namespace Connectify.Server.Messages.Reads;

/// <summary>A run of messages that one member has read: every message of others from First to Last.</summary>
internal sealed record ReadRange
{
    public long FirstId { get; init; }

    public long LastId { get; init; }
}

/// <summary>A message just read, with the messages of others next to it.</summary>
internal sealed record ReadPoint
{
    public long Id { get; init; }

    /// <summary>The one before it; 0 when there is none.</summary>
    public long Previous { get; init; }

    /// <summary>The one after it; 0 when there is none.</summary>
    public long Next { get; init; }
}

/// <summary>
/// What a member has read of a chat, as runs of ids. Reading the next message lengthens a run, reading
/// the last one of a gap joins two, so reading in order keeps a single run. Pure.
/// </summary>
internal sealed class ReadRanges(IEnumerable<ReadRange> runs)
{
    private readonly List<ReadRange> _runs = [.. runs.OrderBy(range => range.FirstId)];

    public IReadOnlyList<ReadRange> All => _runs;

    public bool Contains(long id) => Find(id) is not null;

    /// <summary>Adds one message, joined to its neighbours where those are read.</summary>
    public void Add(ReadPoint point)
    {
        // Between its neighbours lie only own and deleted messages, so a run that ends or begins there joins on.
        var before = _runs.FindLast(range => range.LastId < point.Id && range.LastId >= point.Previous);
        var after = _runs.Find(range => range.FirstId > point.Id && (point.Next == 0 || range.FirstId <= point.Next));
        _runs.RemoveAll(range => range == before || range == after);
        var joined = new ReadRange { FirstId = before?.FirstId ?? point.Id, LastId = after?.LastId ?? point.Id };
        _runs.Insert(_runs.FindLastIndex(range => range.FirstId < joined.FirstId) + 1, joined);
    }

    private ReadRange? Find(long id) => _runs.Find(range => range.FirstId <= id && id <= range.LastId);
}
