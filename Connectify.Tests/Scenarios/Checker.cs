namespace Connectify.Tests.Scenarios;

/// <summary>Holds what clients saw, and what they did, against what the database committed. Pure: histories in, violations out.</summary>
internal static class Checker
{
    // The documented window, and what a slow node may add to it between taking a copy in and storing it.
    private const long DualSendWindow = 10_000;

    public static List<Violation> Check(CommittedHistory committed, IEnumerable<History> histories, IEnumerable<Sending> sendings, IEnumerable<Changing> changings)
    {
        var stored = committed.Changes.Where(change => change.IsNew).ToLookup(change => change.Content);
        var sent = sendings.ToList();
        return
        [
            .. Numbers(committed),
            .. histories.SelectMany(history => new HistoryCheck(committed, history).Run()),
            .. sent.SelectMany(sending => Sent(sending, [.. stored[sending.Content]])),
            .. Unsent(stored, sent),
            .. changings.SelectMany(changing => Changed(committed, changing)),
        ];
    }

    // One order: no hole, no number twice, and the chat's own count agrees.
    private static IEnumerable<Violation> Numbers(CommittedHistory committed)
    {
        var chats = committed.Changes.ToLookup(change => change.ChatId);
        foreach (var (chatId, lastSeq) in committed.LastSeqs)
        {
            var expected = 0L;
            foreach (var change in chats[chatId].OrderBy(change => change.Seq))
            {
                if (change.Seq == expected) yield return new Violation(Breach.Doubled, $"chat {chatId} has two changes with seq {change.Seq}");
                else if (change.Seq != expected + 1) yield return new Violation(Breach.Lost, $"chat {chatId} has a hole between seq {expected} and {change.Seq}");
                expected = change.Seq;
            }

            if (expected != lastSeq) yield return new Violation(Breach.Lost, $"chat {chatId} counts {lastSeq} changes, the last one is {expected}");
        }
    }

    private static IEnumerable<Violation> Sent(Sending sending, List<Change> stored)
    {
        var what = $"\"{sending.Content}\" ({sending.How}, chat {sending.ChatId})";
        if (sending.Known == Known.Done && stored.Count == 0) yield return new Violation(Breach.Lost, $"{what} was acknowledged and is not stored");
        if (sending.Known == Known.Refused && stored.Count > 0) yield return new Violation(Breach.Phantom, $"{what} was refused and is stored as {stored[0].MessageId}");
        if (stored.Count > 1 && !IsLateCopy(sending, stored))
            yield return new Violation(Breach.Doubled, $"{what} is stored {stored.Count} times: {string.Join(", ", stored.Select(change => $"{change.MessageId} at {change.At}"))}");
        if (sending.MessageId is { } id && stored.Count > 0 && stored.All(change => change.MessageId != id))
            yield return new Violation(Breach.Phantom, $"{what} was acknowledged as message {id} and is stored as {stored[0].MessageId}");
        if (stored.Any(change => change.ChatId != sending.ChatId)) yield return new Violation(Breach.Leaked, $"{what} is stored in chat {stored[0].ChatId}");
    }

    // The two copies of a dual send are one message only within the window; a fault may hold one up for longer.
    private static bool IsLateCopy(Sending sending, List<Change> stored)
        => sending.IsDual && stored.Count == 2 && Math.Abs(stored[1].At - stored[0].At) >= DualSendWindow;

    private static IEnumerable<Violation> Unsent(ILookup<string, Change> stored, List<Sending> sent)
    {
        var known = sent.Select(sending => sending.Content).ToHashSet();
        return stored.Where(same => !known.Contains(same.Key)).Select(same => new Violation(Breach.Phantom, $"nobody sent message {same.First().MessageId}, \"{same.Key}\""));
    }

    private static IEnumerable<Violation> Changed(CommittedHistory committed, Changing changing)
    {
        var what = $"{changing.What} \"{changing.Text}\" of message {changing.MessageId}";
        var became = committed.Of(changing.MessageId);
        var isStored = changing.What switch
        {
            "edit" => became.Any(change => change.Content == changing.Text),
            "delete" => became.Any(change => change.IsDeletion),

            // With its message the reaction is gone too.
            _ => became.Any(change => change.IsDeletion) || committed.Reactions.Contains(new Reaction(changing.MessageId, changing.UserId, changing.Text)),
        };
        if (changing.Known == Known.Done && !isStored) yield return new Violation(Breach.Lost, $"{what} was acknowledged and is not stored");
        if (changing is { Known: Known.Refused, What: "edit" } && isStored) yield return new Violation(Breach.Phantom, $"{what} was refused and is stored");
    }
}
