namespace Connectify.Server.Messages.Reads;

/// <summary>A run of messages that one member has read: every message of others from First to Last.</summary>
internal sealed record ReadRun
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
internal sealed class ReadRuns(IEnumerable<ReadRun> runs)
{
    private readonly List<ReadRun> _runs = [.. runs.OrderBy(run => run.FirstId)];

    public IReadOnlyList<ReadRun> All => _runs;

    public bool Contains(long id) => Find(id) is not null;

    /// <summary>Adds one message, joined to its neighbours where those are read.</summary>
    public void Add(ReadPoint point)
    {
        // Between its neighbours lie only own and deleted messages, so a run that ends or begins there joins on.
        var before = _runs.FindLast(run => run.LastId < point.Id && run.LastId >= point.Previous);
        var after = _runs.Find(run => run.FirstId > point.Id && (point.Next == 0 || run.FirstId <= point.Next));
        _runs.RemoveAll(run => run == before || run == after);
        var joined = new ReadRun { FirstId = before?.FirstId ?? point.Id, LastId = after?.LastId ?? point.Id };
        _runs.Insert(_runs.FindLastIndex(run => run.FirstId < joined.FirstId) + 1, joined);
    }

    private ReadRun? Find(long id) => _runs.Find(run => run.FirstId <= id && id <= run.LastId);
}
