using Connectify.Server.Attachments;
using Connectify.Server.Authentication;
using Connectify.Server.Chats;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Messages.Sending;

/// <summary>Stores one message in a transaction, whatever it may be: new, a repeat, a documented client's second copy, not allowed.</summary>
internal sealed class StoreMessage(MessageQueries messages, Presence presence, MessagingSettings settings)
{
    /// <returns>The message, or why not; nothing has been written then.</returns>
    public async Task<Outcome<SentMessage>> Run(Transaction transaction, Caller me, Draft draft, CancellationToken cancellation)
    {
        var state = await Load(transaction, me, draft, cancellation);
        if (WhyNot(state, draft) is { } rejection) return rejection;
        if (state!.RepeatOf is { } first) return new SentMessage(await messages.Single(transaction, first, cancellation), IsRepeat: true);
        if (state.DualOf is { } copy) return new SentMessage(await Pair(transaction, copy, cancellation), IsRepeat: false);
        var stored = await Store(transaction, me, draft, state, cancellation);
        return new SentMessage(stored, IsRepeat: false) { IsNew = true, AccessVersion = state.AccessVersion };
    }

    private Rejection? WhyNot(SendState? state, Draft draft)
    {
        if (state is null) return ChatRejections.NotFound(draft.Chat.Kind);
        if (state.WhyNotWrite() is { } rejection) return rejection;
        if (MessageRules.WhyNot(draft, settings) is { } unfit) return unfit;
        return draft.ReplyTo is not null && state is { ReplyTo: null, RepeatOf: null, DualOf: null } ? MessageRejections.NoSuchReply : null;
    }

    private Task<SendState?> Load(Transaction transaction, Caller me, Draft draft, CancellationToken cancellation)
        => transaction.QueryMultiple(
            $"""
            SELECT id FROM chats WHERE id = @chatId FOR NO KEY UPDATE;
            SELECT {ChatAccess.Columns}, greatest(c.updated_at, {Dialect.Now}) AS at, u.username, u.first_name, u.last_name, u.profile_image,
                (SELECT r.id FROM messages r WHERE r.id = @replyTo AND r.chat_id = c.id AND r.deleted_at IS NULL) AS reply_to,
                (SELECT m.id FROM messages m WHERE m.chat_id = c.id AND m.sender_id = @me AND m.client_message_id = @clientMessageId) AS repeat_of,
                (SELECT min(m.id) FROM messages m WHERE m.chat_id = c.id AND m.dual_key = @dualKey AND m.dual_via = @otherVia
                    AND m.sender_id = @me AND m.created_at >= {Dialect.Now} - @window) AS dual_of
            FROM {ChatAccess.Tables} JOIN users u ON u.id = om.user_id
            WHERE c.id = @chatId AND c.kind = @kind AND c.is_active
            """,
            new
            {
                me = me.UserId,
                chatId = draft.Chat.Id,
                kind = draft.Chat.KindName,
                replyTo = draft.ReplyTo,
                clientMessageId = draft.ClientMessageId,
                dualKey = draft.DualKey(me.TokenId, settings),
                otherVia = draft.OtherViaName,
                window = (long)settings.DualSendWindow.TotalMilliseconds,
            },
            async grid =>
            {
                await grid.ReadAsync<long>();
                return await grid.ReadFirstOrDefaultAsync<SendState>();
            },
            cancellation);

    private async Task<MessageView> Store(Transaction transaction, Caller me, Draft draft, SendState state, CancellationToken cancellation)
    {
        var dualKey = draft.DualKey(me.TokenId, settings);
        var message = new NewMessage
        {
            Chat = draft.Chat,
            Seq = state.LastSeq + 1,
            SenderId = me.UserId,
            Content = draft.Content,
            At = state.At,
            ReplyTo = draft.ReplyTo,
            ClientMessageId = draft.ClientMessageId,
            DualKey = dualKey,
            DualVia = dualKey is null ? null : draft.ViaName,
        };
        var id = await message.Insert(transaction, cancellation);
        if (draft.Files.Count == 0) return draft.Stored(id, message.Seq, message.At, Sender(state));
        await AttachmentRepository.Add(transaction, id, draft.Files, cancellation);
        return await messages.Single(transaction, id, cancellation);
    }

    private UserView Sender(SendState state) => new()
    {
        Id = state.UserId,
        Username = state.Username,
        FirstName = state.FirstName,
        LastName = state.LastName,
        ProfileImage = state.ProfileImage,
        IsOnline = presence.IsOnline(state.UserId),
    };

    // The first copy is the message, even one that was deleted meanwhile: a slow second must not bring it back.
    // Without its key it pairs with no other.
    private async Task<MessageView> Pair(Transaction transaction, long copy, CancellationToken cancellation)
    {
        await transaction.Execute("UPDATE messages SET dual_key = NULL, dual_via = NULL WHERE id = @copy", new { copy }, cancellation);
        return await messages.Single(transaction, copy, cancellation);
    }

    private sealed record SendState : ChatAccess
    {
        /// <summary>When a message stored now was sent: not before the chat's last change.</summary>
        public Timestamp At { get; init; }

        public long? ReplyTo { get; init; }

        public long? RepeatOf { get; init; }

        public long? DualOf { get; init; }

        public string Username { get; init; } = "";

        public string FirstName { get; init; } = "";

        public string LastName { get; init; } = "";

        public string? ProfileImage { get; init; }
    }
}
