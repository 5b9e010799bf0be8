using System.Threading.Channels;
using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Hosting;
using Connectify.Server.Messages;

namespace Connectify.Server.Realtime;

/// <summary>
/// Keeps the unread counts of sockets for all chats current: <c>unread</c> frames after messages and
/// after reads on other devices. What gathers while one count is read is counted in one go after it.
/// </summary>
internal sealed class UnreadFrames(Clients clients, Database database, ILogger<UnreadFrames> log) : BackgroundLoop
{
    private readonly Lock _gate = new();
    private Dictionary<ChatRef, HashSet<long>> _due = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Notes whose counts an event changes. Within a feed's turn: nothing is waited for here.</summary>
    public void Note(ChatRef chat, ChatEvent happened, Client[] followers)
    {
        var isRead = happened.Name is Frames.Read or Frames.ReadMessages;
        if (!isRead && happened.Name is not (Frames.Message or Frames.MessageDeleted)) return;
        foreach (var follower in followers)
        {
            // A read changes its reader's count; a message everybody's but its sender's.
            if (follower.IsInbox && isRead == (follower.Caller.UserId == happened.Actor)) Note(chat, follower.Caller.UserId);
        }
    }

    protected override async Task Run(CancellationToken stopping)
    {
        while (await _signal.Reader.WaitToReadAsync(stopping))
        {
            _signal.Reader.TryRead(out _);
            Dictionary<ChatRef, HashSet<long>> due;
            lock (_gate) (due, _due) = (_due, []);
            foreach (var (chat, users) in due) await Send(chat, [.. users], stopping);
        }
    }

    private void Note(ChatRef chat, long userId)
    {
        lock (_gate)
        {
            if (!_due.TryGetValue(chat, out var users)) _due[chat] = users = [];
            users.Add(userId);
        }

        _signal.Writer.TryWrite(true);
    }

    private async Task Send(ChatRef chat, long[] userIds, CancellationToken cancellation)
    {
        try
        {
            var counts = await UnreadCounts.In(database, chat.Id, userIds, cancellation);
            foreach (var (userId, unread) in counts)
            {
                var payload = Payload.Of(chat, 0, new { unread_count = unread });
                foreach (var client in clients.OfUser(userId))
                {
                    if (client.IsInbox) client.Send(Frames.Unread, payload);
                }
            }
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // The next message or read counts anew.
            log.LogWarning("Unread counts of chat {ChatId} are late: {Kind}", chat.Id, e.GetType().Name);
        }
    }
}
