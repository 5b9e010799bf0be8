using Connectify.Protocol;

namespace Connectify.Tests.Scenarios;

/// <summary>Walks through what one client saw of one chat, change by change.</summary>
/// <remarks>
/// A change may be left out only where it had been overtaken when the client was told the next one: a later
/// change of the same message was stored by then, and is told in its turn. Everything else has to come,
/// once and in order, over all connections of the client.
/// </remarks>
internal sealed class HistoryCheck(CommittedHistory committed, History history)
{
    private readonly List<Violation> _violations = [];
    private readonly HashSet<long> _heard = [];
    private readonly HashSet<long> _introduced = [];
    private long _position;
    private long _optional;
    private bool _hasFetched;

    public List<Violation> Run()
    {
        for (var i = 0; i < history.Entries.Count; i++)
        {
            switch (history.Entries[i])
            {
                case Asked asked when asked.Since != _position:
                    throw new InvalidOperationException($"{history.Client} asked since {asked.Since} and knew {_position}.");
                case Answered answer:
                    Take(answer, i);
                    break;
                case CameBack back:
                    _optional = Math.Max(_optional, back.Seq);
                    break;
                case Told told:
                    Take(told);
                    break;
            }
        }

        var last = committed.LastSeqs.GetValueOrDefault(history.ChatId);
        Skip(last + 1, long.MaxValue);
        return _violations;
    }

    private void Take(Answered answer, int index)
    {
        if (answer.Seq < _position) Report(Breach.OutOfOrder, $"knew change {_position} and was told that the chat stands at {answer.Seq}");
        if (answer.IsResumed) return;
        if (answer.Seq > _position) TakeFetched(answer.Seq, history.Entries.Skip(index).OfType<Fetched>().FirstOrDefault(fetched => fetched.For == answer.Seq));
        (_position, _hasFetched) = (Math.Max(_position, answer.Seq), true);
    }

    // What a client gets who was told to fetch: every new message that was still there.
    private void TakeFetched(long seq, Fetched? fetched)
    {
        // Cut off before it had read: it does so the next time.
        if (fetched is null) return;
        for (var missed = _position + 1; missed <= seq; missed++)
        {
            if (committed.At(history.ChatId, missed) is not { IsNew: true } change || fetched.Seqs.ContainsKey(change.MessageId)) continue;
            if (committed.Of(change.MessageId).Any(later => later.IsDeletion && later.At <= fetched.At)) continue;
            Report(Breach.Lost, $"change {missed} (message {change.MessageId}) is neither told nor in what was fetched");
        }
    }

    private void Take(Told told)
    {
        if (told.Seq <= _position)
        {
            if (_heard.Contains(told.Seq)) Report(Breach.Doubled, $"told change {told.Seq} twice");
            else Report(Breach.OutOfOrder, $"told change {told.Seq} after {_position}");
            return;
        }

        Skip(told.Seq, told.At);
        _heard.Add(told.Seq);
        _position = told.Seq;
        Compare(told);
        foreach (var removal in committed.Removals.Where(removal => removal.ChatId == history.ChatId && removal.UserId == history.UserId))
        {
            if (told.Seq > removal.Seq && told.At < removal.BackFrom) Report(Breach.Leaked, $"told change {told.Seq} though removed after {removal.Seq}");
        }
    }

    // What lies between the last change and this one.
    private void Skip(long next, long at)
    {
        for (var missed = Math.Max(_position, _optional) + 1; missed < next; missed++)
        {
            if (committed.At(history.ChatId, missed) is not { } change) continue;
            var isOvertaken = committed.Of(change.MessageId).Any(later => later.Seq > missed && later.At <= at);
            if (!isOvertaken) Report(Breach.Lost, $"not told change {missed} (message {change.MessageId}), but {(at == long.MaxValue ? "nothing" : next)} after {_position}");
        }
    }

    private void Compare(Told told)
    {
        if (committed.At(history.ChatId, told.Seq) is not { } change || change.MessageId != told.MessageId)
        {
            Report(Breach.Phantom, $"told change {told.Seq} of message {told.MessageId}, which is not stored");
            return;
        }

        if (told.Content is not null && told.Content != change.Content)
            Report(Breach.Phantom, $"told \"{told.Content}\" as change {told.Seq}; stored is \"{change.Content}\"");
        if (change.IsDeletion != (told.Type == Frames.MessageDeleted)) Report(Breach.Phantom, $"told {told.Type} as change {told.Seq}, which is none");
        var isFirst = _introduced.Add(told.MessageId);
        if (isFirst == (told.Type == Frames.Message) || told.Type == Frames.MessageDeleted || _hasFetched || _optional > 0) return;
        Report(Breach.OutOfOrder, $"told {told.Type} of message {told.MessageId} (change {told.Seq}), {(isFirst ? "which had not come" : "which had come")}");
    }

    private void Report(Breach breach, string what) => _violations.Add(new Violation(breach, $"{history.Client}, chat {history.ChatId}: {what}"));
}
