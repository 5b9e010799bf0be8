using System.Runtime.CompilerServices;
using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Messages.History;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

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

/// <summary>A following that has begun: its feed keeps what happens until <see cref="JoinChat.Complete"/>.</summary>
internal sealed record PendingJoin(CatchUp CatchUp, FeedStart Start)
{
    /// <summary>The change after which what was missed is still to be read; null: <see cref="FeedStart.Missed"/> has it.</summary>
    public long? ReplayFrom { get; init; }
}

/// <summary>Lets clients follow chats, from where they stand and without a gap or a repeat.</summary>
/// <remarks>
/// First the feed begins to keep what happens, then the client's position is read, then it is told where
/// it starts and what it missed, then the two are joined. Whatever commits at any moment in between is in
/// what was read or in what was kept, and known by its seq if it is in both. That holds for what other
/// nodes do as well: that the feed hears them is waited for before the position is read, so a change
/// either is told to the feed or was committed before and is read. Where the backplane takes longer than
/// its moment, <see cref="FeedReconciler"/> looks again as soon as it hears, and every second while it doesn't.
/// </remarks>
internal sealed class JoinChat(ChatFeeds feeds, Database database, ChatHistory history)
{
    private const int MaxReads = 20;

    private readonly ConditionalWeakTable<ChatFeed, JoinQueries> _readings = [];

    /// <param name="client">The client.</param>
    /// <param name="chat">The chat.</param>
    /// <param name="since">The last change it knows; null: it asks for none.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>What is to be finished once the client knows where it starts, or why the chat is not its user's.</returns>
    public async Task<Outcome<PendingJoin>> Begin(ClientConnection client, ChatRef chat, long? since, CancellationToken cancellation)
    {
        // The same id under the wrong kind is no such chat, and nothing happens to the one that is followed.
        if (client.Following.TryGetValue(chat.Id, out var followed) && followed != chat) return ChatRejections.NotFound(chat.Kind);
        feeds.Unfollow(client, chat.Id);
        return await Begin(feeds.StartBuffering(client, chat), since, cancellation);
    }

    /// <summary>As the other one, for a client whose feed keeps what happens already.</summary>
    public async Task<Outcome<PendingJoin>> Begin(CatchUp catchUp, long? since, CancellationToken cancellation)
    {
        var hasBegun = false;
        try
        {
            await catchUp.Listening.WaitAsync(cancellation);
            var readings = ReadingsOf(catchUp.Chat);
            while (true)
            {
                var found = await readings.Access(catchUp.Client.Caller.UserId, cancellation);
                if (found.IsRejected(out var rejection, out var access)) return rejection;
                var start = await Start(readings, since, access, cancellation);

                // If a member was removed between the two reads, it may be this one: read again.
                hasBegun = start.AccessVersion == access.AccessVersion;
                if (hasBegun) return new PendingJoin(catchUp, start);
            }
        }
        finally
        {
            // One that is over has been replaced by another of the same client.
            if (!hasBegun && !catchUp.IsOver) feeds.Unfollow(catchUp.Client, catchUp.Chat.Id);
        }
    }

    /// <summary>
    /// Sends the backlog, no faster than the client reads, then goes live. A client that was removed
    /// meanwhile is notified.
    /// </summary>
    /// <returns>Whether anything was replayed.</returns>
    public async Task<bool> Complete(PendingJoin pending, CancellationToken cancellation)
    {
        var (catchUp, start, isReplayed) = (pending.CatchUp, pending.Start, false);
        for (var readings = 0; !catchUp.IsOver; readings++)
        {
            if (readings > 0 || pending.ReplayFrom is not null)
            {
                var again = await Begin(catchUp, readings > 0 ? start.Seq : pending.ReplayFrom, cancellation);
                if (catchUp.IsOver) break;
                if (again.IsRejected(out _, out var next))
                {
                    catchUp.Client.NotifyEvicted(catchUp.Chat);
                    break;
                }

                // The new gap exceeds the replay limit: the client reconnects and learns that from hello.
                if (!next.Start.IsResumed || readings == MaxReads)
                {
                    feeds.Unfollow(catchUp.Client, catchUp.Chat.Id);
                    catchUp.Client.Close(CloseCodes.InternalError, "try again");
                    break;
                }

                start = next.Start;
            }

            foreach (var change in start.Missed) await catchUp.SendPaced(change, cancellation);
            isReplayed |= start.Missed.Count > 0;
            if (Join(catchUp, start)) break;
        }

        return isReplayed;
    }

    private bool Join(CatchUp catchUp, FeedStart start)
        => feeds.Of(catchUp.Chat)?.TryGoLive(catchUp, start.Seq, start.AccessVersion) ?? true;

    private JoinQueries ReadingsOf(ChatRef chat)
        => feeds.Of(chat) is { } feed ? _readings.GetValue(feed, _ => new JoinQueries(database, history, chat)) : new JoinQueries(database, history, chat);

    private static async Task<FeedStart> Start(JoinQueries readings, long? since, ChatAccess access, CancellationToken cancellation)
    {
        if (since == access.LastSeq) return FeedStart.At(access) with { IsResumed = true };
        if (since is null or < 0 || since > access.LastSeq) return FeedStart.At(access);
        var missed = await readings.Missed(since.Value, cancellation);
        return missed is null or { HasMore: true }
            ? FeedStart.At(access)
            : new FeedStart(missed.Seq, missed.AccessVersion, true, missed.Changes);
    }
}
