namespace Connectify.Tests.Scenarios;

/// <summary>One durable change, as the database committed it.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Seq">Its number there.</param>
/// <param name="MessageId">The message that changed.</param>
/// <param name="IsNew">Whether the message came into being with it.</param>
/// <param name="IsDeletion">Whether the message is gone with it.</param>
/// <param name="Content">The message's content from then on.</param>
/// <param name="At">When, a moment before the commit, in milliseconds since 1970.</param>
internal sealed record Change(long ChatId, long Seq, long MessageId, bool IsNew, bool IsDeletion, string Content, long At);

/// <summary>Somebody's way out of a chat and back.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="UserId">Who was removed.</param>
/// <param name="Seq">The last change before it.</param>
/// <param name="BackFrom">From when on he may have been a member again, in milliseconds since 1970.</param>
internal sealed record Removal(long ChatId, long UserId, long Seq, long BackFrom);

/// <summary>A reaction as it stands in the end.</summary>
internal sealed record Reaction(long MessageId, long UserId, string Emoji);

/// <summary>What really happened: what the database committed, change by change, and what is in it in the end.</summary>
internal sealed class CommittedHistory
{
    private readonly Dictionary<long, Dictionary<long, Change>> _byChat;
    private readonly Dictionary<long, List<Change>> _byMessage;

    public CommittedHistory(IReadOnlyCollection<Change> changes, IReadOnlyCollection<Removal> removals, IReadOnlyCollection<Reaction> reactions, IReadOnlyDictionary<long, long> lastSeqs)
    {
        (Changes, Removals, Reactions, LastSeqs) = (changes, removals, reactions.ToHashSet(), lastSeqs);
        _byChat = changes.GroupBy(change => change.ChatId)
            .ToDictionary(chat => chat.Key, chat => chat.GroupBy(change => change.Seq).ToDictionary(same => same.Key, same => same.First()));
        _byMessage = changes.GroupBy(change => change.MessageId).ToDictionary(message => message.Key, message => message.OrderBy(change => change.Seq).ToList());
    }

    public IReadOnlyCollection<Change> Changes { get; }

    public IReadOnlyCollection<Removal> Removals { get; }

    public IReadOnlySet<Reaction> Reactions { get; }

    /// <summary>Each chat's own count of its changes.</summary>
    public IReadOnlyDictionary<long, long> LastSeqs { get; }

    public Change? At(long chatId, long seq) => _byChat.GetValueOrDefault(chatId)?.GetValueOrDefault(seq);

    /// <summary>What became of a message, in order.</summary>
    public IReadOnlyList<Change> Of(long messageId) => _byMessage.GetValueOrDefault(messageId) ?? [];
}
