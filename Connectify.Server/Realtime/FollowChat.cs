using Connectify.Server.Chats;
using Connectify.Server.Messages;

namespace Connectify.Server.Realtime;

/// <summary>Where a client comes into a chat.</summary>
/// <param name="Seq">The chat's count of changes then.</param>
/// <param name="AccessVersion">Its count of removals.</param>
/// <param name="IsResumed">Whether all that the client missed is replayed.</param>
/// <param name="Missed">What it missed.</param>
internal sealed record FeedStart(long Seq, long AccessVersion, bool IsResumed, IReadOnlyList<ChatEvent> Missed);

/// <summary>A following that is not complete yet.</summary>
/// <param name="Joining">What its feed keeps for it.</param>
/// <param name="Access">Where its chat stood when it began.</param>
internal sealed record Begun(Joining Joining, ChatAccess Access);

/// <summary>Lets clients follow chats, from where they stand and without a gap or a repeat.</summary>
/// <remarks>
/// First the feed begins to keep what happens, then the client's position is read, then the two are
/// joined. Whatever commits at any moment in between is in the one or the other, and known by its seq if
/// it is in both. That holds for what other nodes do as well: that the feed hears them is waited for
/// before the position is read, so a change either is told to the feed or was committed before and is
/// read. Where the backplane takes longer than its moment, <see cref="FeedSweep"/> looks again as soon as
/// it hears, and every second while it doesn't.
/// </remarks>
internal sealed class FollowChat(ChatFeeds feeds, Database database, ChatHistory history)
{
    /// <param name="client">The client.</param>
    /// <param name="chat">The chat.</param>
    /// <param name="since">The last change it knows; null: it asks for none.</param>
    /// <param name="tell">Tells it where it starts, before anything else of the chat; what it missed follows.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>A rejection where the chat is not its user's; nothing has been told then.</returns>
    public async Task<Outcome<FeedStart>> Run(
        Client client, ChatRef chat, long? since, Action<FeedStart> tell, CancellationToken cancellation)
    {
        feeds.Unfollow(client, chat.Id);
        return await Complete(feeds.Begin(client, chat), chat, since, tell, cancellation);
    }

    /// <summary>As <see cref="Run"/>, for a following that has begun already.</summary>
    public async Task<Outcome<FeedStart>> Complete(
        Joining joining, ChatRef chat, long? since, Action<FeedStart> tell, CancellationToken cancellation)
    {
        var client = joining.Client;
        var isIn = false;
        try
        {
            await joining.Listening.WaitAsync(cancellation);
            while (true)
            {
                var found = await ChatAccess.Find(database, client.Caller.UserId, chat, cancellation);
                if (found.IsRejected(out var rejection, out var access)) return rejection;
                var start = await Start(chat, since, access, cancellation);
                isIn = Join(joining, chat.Id, start, tell);
                if (isIn) return start;
            }
        }
        finally
        {
            if (!isIn) feeds.Unfollow(client, chat.Id);
        }
    }

    /// <summary>Begins to follow chats, and reads with one query where each stands: what comes after is the client's to hear.</summary>
    /// <returns>The followings begun; chats that turn out not to be the user's are left out.</returns>
    public async Task<IReadOnlyList<Begun>> BeginAll(Client client, IEnumerable<ChatRef> chats, CancellationToken cancellation)
    {
        var joinings = chats.Select(chat => feeds.Begin(client, chat)).ToList();
        if (joinings.Count == 0) return [];
        await Task.WhenAll(joinings.Select(joining => joining.Listening)).WaitAsync(cancellation);
        var positions = await database.Query<ChatAccess>(
            $"SELECT {ChatAccess.Columns} FROM {ChatAccess.Tables} WHERE c.id = ANY(@ids) AND c.is_active AND cm.user_id IS NOT NULL",
            new { me = client.Caller.UserId, ids = joinings.Select(joining => joining.Chat.Id).ToArray() },
            cancellation);
        var byChat = positions.ToDictionary(access => access.ChatId);
        foreach (var gone in joinings.Where(joining => !byChat.ContainsKey(joining.Chat.Id))) feeds.Unfollow(client, gone.Chat.Id);
        return [.. joinings.Where(joining => byChat.ContainsKey(joining.Chat.Id)).Select(joining => new Begun(joining, byChat[joining.Chat.Id]))];
    }

    /// <summary>Completes a following at the position where it began.</summary>
    public async Task Complete(Begun begun, CancellationToken cancellation)
    {
        var (joining, access) = begun;
        var start = new FeedStart(access.LastSeq, access.AccessVersion, false, []);
        if (!Join(joining, access.ChatId, start, _ => { }))
        {
            await Complete(joining, joining.Chat, access.LastSeq, _ => { }, cancellation);
        }
    }

    private bool Join(Joining joining, long chatId, FeedStart start, Action<FeedStart> tell)
        => feeds.Of(chatId)?.TryComplete(joining, start.Seq, start.AccessVersion, () =>
        {
            tell(start);
            foreach (var change in start.Missed) joining.Client.Send(change.Name, change.Json);
        }) ?? true;

    private async Task<FeedStart> Start(ChatRef chat, long? since, ChatAccess access, CancellationToken cancellation)
    {
        if (since is null || since == access.LastSeq) return new FeedStart(access.LastSeq, access.AccessVersion, since is not null, []);
        if (since < 0 || since > access.LastSeq) return new FeedStart(access.LastSeq, access.AccessVersion, false, []);
        var missed = await history.Since(chat, since.Value, history.ResumeLimit, cancellation);
        return missed is null or { HasMore: true }
            ? new FeedStart(access.LastSeq, access.AccessVersion, false, [])
            : new FeedStart(missed.Seq, access.AccessVersion, true, missed.Changes);
    }
}
