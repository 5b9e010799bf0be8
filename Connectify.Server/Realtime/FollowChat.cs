using Connectify.Server.Chats;
using Connectify.Server.Messages;

namespace Connectify.Server.Realtime;

/// <summary>Where a client comes into a chat.</summary>
/// <param name="Seq">The chat's count of changes then.</param>
/// <param name="AccessVersion">Its count of removals.</param>
/// <param name="IsResumed">Whether all that the client missed is replayed.</param>
/// <param name="Missed">What it missed.</param>
internal sealed record FeedStart(long Seq, long AccessVersion, bool IsResumed, IReadOnlyList<ChatEvent> Missed)
{
    /// <summary>From now on, with nothing replayed.</summary>
    public static FeedStart At(ChatAccess access) => new(access.LastSeq, access.AccessVersion, IsResumed: false, []);
}

/// <summary>Lets clients follow chats, from where they stand and without a gap or a repeat.</summary>
/// <remarks>
/// First the feed begins to keep what happens, then the client's position is read, then the two are
/// joined. Whatever commits at any moment in between is in the one or the other, and known by its seq if
/// it is in both.
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
            while (true)
            {
                var found = await ChatAccess.Find(database, client.Caller.UserId, chat, cancellation);
                if (found.IsRejected(out var rejection, out var access)) return rejection;
                var start = await Start(chat, since, access, cancellation);

                // Where somebody was removed between the two readings, it may have been this one: read anew.
                isIn = start.AccessVersion == access.AccessVersion && Join(joining, chat.Id, start, tell);
                if (isIn) return start;
            }
        }
        finally
        {
            if (!isIn) feeds.Unfollow(client, chat.Id);
        }
    }

    /// <summary>Completes a following at a position that was read after it had begun.</summary>
    public async Task Complete(Joining joining, FeedStart position, CancellationToken cancellation)
    {
        if (Join(joining, joining.Chat.Id, position, _ => { })) return;
        await Complete(joining, joining.Chat, position.Seq, _ => { }, cancellation);
    }

    private bool Join(Joining joining, long chatId, FeedStart start, Action<FeedStart> tell)
        => feeds.Of(chatId)?.TryComplete(joining, start.Seq, start.AccessVersion, () =>
        {
            tell(start);
            foreach (var change in start.Missed) joining.Client.Send(change.Name, change.Json);
        }) ?? true;

    private async Task<FeedStart> Start(ChatRef chat, long? since, ChatAccess access, CancellationToken cancellation)
    {
        if (since == access.LastSeq) return FeedStart.At(access) with { IsResumed = true };
        if (since is null or < 0 || since > access.LastSeq) return FeedStart.At(access);
        var missed = await history.Since(chat, since.Value, history.ResumeLimit, cancellation);
        return missed is null or { HasMore: true }
            ? FeedStart.At(access)
            : new FeedStart(missed.Seq, missed.AccessVersion, true, missed.Changes);
    }
}
