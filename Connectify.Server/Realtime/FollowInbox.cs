using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Connectify.Protocol;
using Connectify.Server.Chats;

namespace Connectify.Server.Realtime;

/// <summary>
/// The socket for all chats. After its <c>hello</c> it is given a moment to say where it stands; what
/// happens meanwhile is kept, so that a <c>resume</c> comes before anything new.
/// </summary>
internal sealed class FollowInbox(FollowChat followChat, ChatFeeds feeds, Database database, ILogger<FollowInbox> log)
{
    private static readonly TimeSpan TimeToResume = TimeSpan.FromSeconds(1);

    private readonly ConditionalWeakTable<Client, ConcurrentDictionary<long, Waiting>> _waiting = [];

    /// <summary>Says hello and begins to follow every chat of the client's user.</summary>
    public async Task Start(Client client, CancellationToken cancellation)
    {
        var begun = (await ChatsOf(client, cancellation)).ToDictionary(access => access.ChatId, access => feeds.Begin(client, access.Chat));

        // Where he starts is read now that the feeds keep what happens, and before he is told that he is in.
        var waiting = _waiting.GetOrCreateValue(client);
        foreach (var access in await ChatsOf(client, cancellation))
        {
            if (begun.Remove(access.ChatId, out var joining)) waiting[access.ChatId] = new Waiting(joining, FeedStart.At(access));
        }

        foreach (var chatId in begun.Keys) feeds.Unfollow(client, chatId);
        client.Send(Frames.Hello, JsonSerializer.SerializeToUtf8Bytes(new { resumed = false, user_id = client.Caller.UserId }));
        _ = FollowRestLater(client, cancellation);
    }

    /// <summary>Replays what was missed in each chat named, then follows all the others from now.</summary>
    public async Task Resume(Client client, ResumeFrame frame, CancellationToken cancellation)
    {
        foreach (var position in frame.Chats)
        {
            if (ChatRef.Of(position.Chat) is not { } chat)
            {
                throw new RejectedException(Rejection.BadRequest("invalid_frame", "conversation_id or group_chat_id is required"));
            }

            var outcome = Take(client, chat.Id) is { Joining: var joining } && joining.Chat == chat
                ? await followChat.Complete(joining, chat, position.Since ?? JoinFrame.NoSuchSeq, Tell, cancellation)
                : await followChat.Run(client, chat, position.Since ?? JoinFrame.NoSuchSeq, Tell, cancellation);
            if (outcome.Rejection is { } rejection) client.Raw!.Queue.Enqueue(SocketRejections.Frame(rejection));

            void Tell(FeedStart start) => client.Send(Frames.Resumed, Payload.Of(chat, 0, new { seq = start.Seq, resumed = start.IsResumed }));
        }

        await FollowRest(client, cancellation);
    }

    /// <summary>Follows a chat that the user has just come into, from <paramref name="since"/>.</summary>
    public async Task Add(Client client, ChatRef chat, long since, CancellationToken cancellation)
    {
        if (client.Following.ContainsKey(chat.Id)) return;
        await followChat.Run(client, chat, since, Tell, cancellation);

        void Tell(FeedStart start) => client.Send(Frames.ChatAdded, Payload.Of(chat, 0, new { seq = start.Seq }));
    }

    private async Task FollowRestLater(Client client, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(TimeToResume, cancellation);
            await FollowRest(client, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
        catch (Exception e)
        {
            // Half a socket would be worse than none: the client comes again.
            log.LogWarning("A socket for all chats could not start: {Kind}", e.GetType().Name);
            client.Close(CloseCodes.InternalError, "try again");
        }
    }

    private async Task FollowRest(Client client, CancellationToken cancellation)
    {
        foreach (var chatId in _waiting.GetOrCreateValue(client).Keys)
        {
            if (Take(client, chatId) is { } waiting) await followChat.Complete(waiting.Joining, waiting.Position, cancellation);
        }
    }

    // Whoever takes a joining completes it: the resume or the clock, never both.
    private Waiting? Take(Client client, long chatId)
        => _waiting.GetOrCreateValue(client).TryRemove(chatId, out var waiting) ? waiting : null;

    private Task<List<ChatAccess>> ChatsOf(Client client, CancellationToken cancellation)
        => database.Query<ChatAccess>(
            $"SELECT {ChatAccess.Columns} FROM {ChatAccess.Tables} WHERE c.is_active AND cm.user_id IS NOT NULL",
            new { me = client.Caller.UserId },
            cancellation);

    private sealed record Waiting(Joining Joining, FeedStart Position);
}
