using System.Runtime.CompilerServices;
using System.Text.Json;
using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>
/// The socket for all chats. After its <c>hello</c> it is given a moment to say where it stands; what
/// happens meanwhile is kept, so that a <c>resume</c> comes before anything new.
/// </summary>
internal sealed class JoinInbox(JoinChat joinChat, JoinMany joinMany, ChatFeeds feeds, Database database, ILogger<JoinInbox> log)
{
    private static readonly TimeSpan TimeToResume = TimeSpan.FromSeconds(1);

    private readonly ConditionalWeakTable<ClientConnection, Dictionary<long, PendingJoin>> _waiting = [];

    /// <summary>Says hello and begins to follow every chat of the client's user.</summary>
    public async Task Start(ClientConnection client, CancellationToken cancellation)
    {
        var begun = (await ChatsOf(client, cancellation)).ToDictionary(access => access.ChatId, access => feeds.StartBuffering(client, access.Chat));

        // Read the start positions after buffering began and before hello is sent.
        await Task.WhenAll(begun.Values.Select(catchUp => catchUp.Listening)).WaitAsync(cancellation);
        var waiting = new Dictionary<long, PendingJoin>();
        foreach (var access in await ChatsOf(client, cancellation))
        {
            if (begun.Remove(access.ChatId, out var catchUp)) waiting[access.ChatId] = new PendingJoin(catchUp, FeedStart.At(access));
        }

        foreach (var chatId in begun.Keys) feeds.Unfollow(client, chatId);
        _waiting.Add(client, waiting);
        client.SendHello(JsonSerializer.SerializeToUtf8Bytes(new { resumed = false, user_id = client.Caller.UserId }));
        _ = CompleteLater(client, cancellation);
    }

    /// <summary>Replays what was missed in each chat named. The others go on waiting for their moment: a client may name them one by one.</summary>
    public Task Resume(ClientConnection client, ResumeFrame frame, CancellationToken cancellation) => OrReconnect(
        client,
        async () =>
        {
            var named = frame.Chats.Select(position => ChatRef.Of(position.Chat)?.Id).ToHashSet();
            var waiting = TakeWaiting(client, chatId => named.Contains(chatId));

            // A chat named more often is resumed once: each time would cost a thousand messages.
            var begun = await joinMany.Begin(client, [.. frame.Chats.DistinctBy(position => position.Chat)], cancellation, waiting);
            foreach (var one in begun)
            {
                if (one.Join is { } join) await Resume(client, join, cancellation);
                else client.Refuse(one.Rejection!);
            }

            // Named under the wrong kind only: they are followed all the same.
            foreach (var pending in waiting.Values) await joinChat.Complete(pending, cancellation);

            // Whether or not anything was replayed: what other devices read meanwhile is no change of the chat.
            feeds.RaiseReplayed(client, [.. begun.Select(one => one.Join?.CatchUp.Chat).OfType<ChatRef>()]);
        },
        cancellation);

    /// <summary>Follows a chat that the user has just come into, from <paramref name="since"/>.</summary>
    public async Task Add(ClientConnection client, ChatRef chat, long since, CancellationToken cancellation)
    {
        if (feeds.StartBufferingIfNew(client, chat) is { } catchUp)
        {
            var begun = await joinChat.Begin(catchUp, since, cancellation);
            if (begun.IsRejected(out _, out var pending) || catchUp.IsOver) return;
            client.Send(Frames.ChatAdded, FramePayload.Of(chat, 0, new { seq = pending.Start.Seq }));
            if (!await joinChat.Complete(pending, cancellation)) return;
        }

        // Replayed; or a member again before this node learned of the removal, with nothing unread.
        feeds.RaiseReplayed(client, chat);
    }

    private async Task Resume(ClientConnection client, PendingJoin pending, CancellationToken cancellation)
    {
        client.Send(Frames.Resumed, FramePayload.Of(pending.CatchUp.Chat, 0, new { seq = pending.Start.Seq, resumed = pending.Start.IsResumed }));
        await joinChat.Complete(pending, cancellation);
    }

    private Task CompleteLater(ClientConnection client, CancellationToken cancellation) => OrReconnect(
        client,
        async () =>
        {
            await Task.Delay(TimeToResume, cancellation);
            var replayed = new List<ChatRef>();
            foreach (var pending in TakeWaiting(client, _ => true).Values)
            {
                if (await joinChat.Complete(pending, cancellation)) replayed.Add(pending.CatchUp.Chat);
            }

            feeds.RaiseReplayed(client, replayed);
        },
        cancellation);

    private async Task OrReconnect(ClientConnection client, Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // The client disconnected.
        }
        catch (Exception e)
        {
            // Close it: the joins taken from _waiting would never complete.
            log.LogWarning("Socket for all chats failed to start, closing it: {ExceptionType}", e.GetType().Name);
            client.Close(CloseCodes.InternalError, "try again");
        }
    }

    // Each entry is taken once, by a resume or by the timer.
    private Dictionary<long, PendingJoin> TakeWaiting(ClientConnection client, Func<long, bool> isWanted)
    {
        if (!_waiting.TryGetValue(client, out var waiting)) return [];
        lock (waiting)
        {
            var taken = waiting.Where(entry => isWanted(entry.Key)).ToDictionary();
            foreach (var chatId in taken.Keys) waiting.Remove(chatId);
            return taken;
        }
    }

    private Task<List<ChatAccess>> ChatsOf(ClientConnection client, CancellationToken cancellation)
        => database.Query<ChatAccess>(
            $"SELECT {ChatAccess.Columns} FROM {ChatAccess.Tables} WHERE c.is_active AND cm.user_id = @me",
            new { me = client.Caller.UserId },
            cancellation);
}
