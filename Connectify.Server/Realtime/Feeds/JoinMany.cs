using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Messages.History;
using Connectify.Server.Realtime.Connections;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>One of many chats that a client joins: begun, or why not.</summary>
/// <param name="Name">As the client named it; null: not at all.</param>
/// <param name="Join">To be completed.</param>
/// <param name="Rejection">Why the chat is not its user's.</param>
internal sealed record NamedJoin(ChatName? Name, PendingJoin? Join, Rejection? Rejection = null);

/// <summary>
/// Lets a client follow many chats, as <see cref="JoinChat"/> does one: its access to all of them takes two queries, however
/// many they are. What it missed is read chat by chat as it is sent, so that no more than one chat's lies in memory.
/// </summary>
internal sealed class JoinMany(JoinChat joinChat, ChatFeeds feeds, Database database, ChatHistory history)
{
    private static readonly Rejection NoChat = Rejection.BadRequest("invalid_frame", "conversation_id or group_chat_id is required");

    /// <param name="client">The client.</param>
    /// <param name="positions">Where it stands in each chat. A chat named more often is joined once, from the first.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <param name="buffering">The joins of this client that keep what happens already; those taken on are removed.</param>
    /// <returns>One for each position, in their order.</returns>
    public async Task<IReadOnlyList<NamedJoin>> Begin(
        ClientConnection client, IReadOnlyList<JoinFrame> positions, CancellationToken cancellation, Dictionary<long, PendingJoin>? buffering = null)
    {
        var named = positions.Where(position => position.Chat is not null).DistinctBy(position => position.Chat).ToDictionary(
            position => position.Chat!, position => (Chat: ChatRef.Of(position.Chat)!.Value, position.Since));
        var ids = named.Values.Select(position => position.Chat.Id).Distinct().ToArray();

        // Read before as well: nothing is begun for chats that aren't the user's.
        var before = await ChatAccess.FindMany(database, client.UserId, ids, cancellation);
        var begun = named.Values.Where(position => !AccessIn(before, position.Chat).IsRejected(out _, out _))
            .ToDictionary(position => position.Chat, position => Start(client, position.Chat, buffering));
        try
        {
            // From here on as in JoinChat: what happens is kept, then the position is read.
            await Task.WhenAll(begun.Values.Select(catchUp => catchUp.Listening)).WaitAsync(cancellation);
            var now = await ChatAccess.FindMany(database, client.UserId, [.. begun.Keys.Select(chat => chat.Id)], cancellation);
            var results = new Dictionary<ChatName, NamedJoin>();
            foreach (var (name, (chat, since)) in named)
            {
                results[name] = AccessIn(begun.ContainsKey(chat) ? now : before, chat).IsRejected(out var rejection, out var access)
                    ? new NamedJoin(name, null, rejection)
                    : new NamedJoin(name, await Pending(begun[chat], access, since, cancellation));
            }

            foreach (var chat in begun.Keys.Where(chat => AccessIn(now, chat).Rejection is not null)) Drop(begun[chat]);
            return [.. positions.Select(position => position.Chat is { } name ? results[name] : new NamedJoin(null, null, NoChat))];
        }
        catch (Exception)
        {
            foreach (var catchUp in begun.Values) Drop(catchUp);
            throw;
        }
    }

    /// <summary>Sends the backlogs, chat by chat, then goes live.</summary>
    public async Task Complete(IReadOnlyList<NamedJoin> begun, CancellationToken cancellation)
    {
        foreach (var join in begun.Select(one => one.Join).OfType<PendingJoin>().Distinct()) await joinChat.Complete(join, cancellation);
    }

    private static Outcome<ChatAccess> AccessIn(Dictionary<long, ChatAccess> found, ChatRef chat)
        => ChatAccess.Checked(found.GetValueOrDefault(chat.Id) is { } access && access.Chat == chat ? access : null, chat.Kind);

    private CatchUp Start(ClientConnection client, ChatRef chat, Dictionary<long, PendingJoin>? buffering)
    {
        if (buffering is not null && buffering.Remove(chat.Id, out var kept) && !kept.CatchUp.IsOver) return kept.CatchUp;
        feeds.Unfollow(client, chat.Id);
        return feeds.StartBuffering(client, chat);
    }

    private async Task<PendingJoin> Pending(CatchUp catchUp, ChatAccess access, long? since, CancellationToken cancellation)
    {
        var start = FeedStart.At(access);
        if (since is null or < 0 || since > access.LastSeq) return new PendingJoin(catchUp, start);
        if (since == access.LastSeq) return new PendingJoin(catchUp, start with { IsResumed = true });
        return await history.IsWithinResumeLimit(access.Chat, since.Value, access.LastSeq, cancellation)
            ? new PendingJoin(catchUp, start with { IsResumed = true }) { ReplayFrom = since }
            : new PendingJoin(catchUp, start);
    }

    // One that is over has been replaced by another of the same client.
    private void Drop(CatchUp catchUp)
    {
        if (!catchUp.IsOver) feeds.Unfollow(catchUp.Client, catchUp.Chat.Id);
    }
}
