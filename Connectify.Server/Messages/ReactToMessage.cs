using Connectify.Server.Authentication;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Messages;

/// <summary>A reaction that is there now.</summary>
/// <param name="Reaction">The reaction.</param>
/// <param name="IsNew">false: it was there already.</param>
internal sealed record Reacted(ReactionView Reaction, bool IsNew);

/// <summary>
/// Adds an emoji to a message, or removes it. Emojis that differ in variation selectors (U+FE0F) alone are one: it keeps
/// the form in which the message first got it.
/// </summary>
internal sealed class ReactToMessage(Database database, EventPublisher publisher)
{
    public async Task<Outcome<Reacted>> Add(Caller me, long messageId, string emoji, CancellationToken cancellation)
    {
        ChatEvent? happened = null;
        var outcome = await database.WriteOrReject<Reacted>(
            async transaction =>
            {
                var found = await MessageAccess.LockChat(transaction, me.UserId, messageId, cancellation);
                if (found.IsRejected(out var rejection, out var access)) return rejection;
                if (access.WhyNotWrite() is { } blocked) return blocked;
                if (MessageRules.WhyNotEmoji(emoji) is { } unfit) return unfit;
                if (await Find(transaction, me, messageId, emoji, cancellation) is { } existing) return new Reacted(existing, IsNew: false);
                if (await Count(transaction, me, messageId, cancellation) >= MessageRules.MaxReactionsEach) return MessageRejections.TooManyReactions;

                await transaction.Execute(
                    $"""
                    INSERT INTO reactions (message_id, user_id, emoji, created_at)
                    VALUES (@messageId, @me, COALESCE(
                        (SELECT r.emoji FROM reactions r WHERE r.message_id = @messageId AND replace(r.emoji, @selector, '') = @bare ORDER BY r.id LIMIT 1),
                        @emoji), {Dialect.Now})
                    """,
                    new { messageId, me = me.UserId, emoji, selector = EmojiForm.Selector, bare = EmojiForm.Bare(emoji) },
                    cancellation);
                var reaction = (await Find(transaction, me, messageId, emoji, cancellation))!;
                var seq = await SeqCounter.Advance(transaction, access, messageId, 1, cancellation);
                happened = MessageEvents.Reacted(access.Chat, seq, access.AccessVersion, reaction, isAdded: true);
                return new Reacted(reaction, IsNew: true);
            },
            cancellation);
        if (happened is not null && outcome.Rejection is null) publisher.Publish(happened);
        return outcome;
    }

    /// <summary>Removes one emoji of the caller's, or all if <paramref name="emoji"/> is null. Idempotent.</summary>
    /// <returns>How many there were.</returns>
    public async Task<Outcome<int>> Remove(Caller me, long messageId, string? emoji, CancellationToken cancellation)
    {
        var told = new List<ChatEvent>();
        var outcome = await database.WriteOrReject<int>(
            async transaction =>
            {
                var found = await MessageAccess.LockChat(transaction, me.UserId, messageId, cancellation);
                if (found.IsRejected(out var rejection, out var access)) return rejection;
                var removed = await transaction.Query<string>(
                    """
                    DELETE FROM reactions
                    WHERE message_id = @messageId AND user_id = @me AND (@bare IS NULL OR replace(emoji, @selector, '') = @bare)
                    RETURNING emoji
                    """,
                    new { messageId, me = me.UserId, selector = EmojiForm.Selector, bare = emoji is null ? null : EmojiForm.Bare(emoji) },
                    cancellation);
                if (removed.Count == 0) return 0;

                // Each is a change of its own, with a number of its own.
                await SeqCounter.Advance(transaction, access, messageId, removed.Count, cancellation);
                told.AddRange(removed.Select((one, index) => MessageEvents.Reacted(
                    access.Chat, access.LastSeq + 1 + index, access.AccessVersion, View(me, messageId, one), isAdded: false)));
                return removed.Count;
            },
            cancellation);
        if (outcome.Rejection is null) told.ForEach(publisher.Publish);
        return outcome;
    }

    // They are in every copy of the message.
    private static Task<long> Count(Transaction transaction, Caller me, long messageId, CancellationToken cancellation)
        => transaction.FirstOrDefault<long>(
            "SELECT count(*) FROM reactions WHERE message_id = @messageId AND user_id = @me", new { messageId, me = me.UserId }, cancellation);

    private static Task<ReactionView?> Find(Transaction transaction, Caller me, long messageId, string emoji, CancellationToken cancellation)
        => transaction.FirstOrDefault<ReactionView>(
            """
            SELECT r.id, r.message_id, r.user_id, u.username, r.emoji, r.created_at
            FROM reactions r JOIN users u ON u.id = r.user_id
            WHERE r.message_id = @messageId AND r.user_id = @me AND replace(r.emoji, @selector, '') = @bare
            ORDER BY r.id LIMIT 1
            """,
            new { messageId, me = me.UserId, selector = EmojiForm.Selector, bare = EmojiForm.Bare(emoji) },
            cancellation);

    private static ReactionView View(Caller me, long messageId, string emoji)
        => new() { MessageId = messageId, UserId = me.UserId, Username = me.Username, Emoji = emoji };
}
