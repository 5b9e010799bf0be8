using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>Carries out on this node's connections what happens to users' access.</summary>
internal sealed class AccessEventHandler(ConnectionStore connections, ChatFeeds feeds, JoinInbox joinInbox, Database database, ILogger<AccessEventHandler> log)
{
    public void Handle(AccessEvent happened)
    {
        switch (happened)
        {
            case AccountDeactivated:
                Close(happened.UserId, _ => true);
                break;
            case SessionsRevoked revoked:
                Close(happened.UserId, client => revoked.OnlySessionId is { } only
                    ? client.Caller.SessionId == only
                    : client.Caller.SessionId != revoked.ExceptSessionId);
                break;
            case ChatLeft { IsRemote: true } left:
                _ = EvictIfRemoved(left);
                break;
            case ChatLeft left:
                feeds.Evict(left.ChatId, left.UserId);
                break;
            case ChatJoined joined:
                foreach (var client in connections.OfUser(joined.UserId).Where(client => client.IsInbox)) _ = Follow(client, joined);
                break;
            default:
                // AccountChanged concerns the checks of tokens only.
                break;
        }
    }

    private void Close(long userId, Func<ClientConnection, bool> isOver)
    {
        foreach (var client in connections.OfUser(userId).Where(isOver)) client.Close(CloseCodes.Unauthorized, "unauthorized");
    }

    // A node or Redis that was frozen delivers old removals. A user who was added again meanwhile stays.
    private async Task EvictIfRemoved(ChatLeft left)
    {
        if (!connections.OfUser(left.UserId).Any(client => client.Following.ContainsKey(left.ChatId))) return;
        try
        {
            var isIn = await database.FirstOrDefault<long?>(
                $"SELECT c.id FROM {ChatAccess.Tables} WHERE c.id = @ChatId AND c.is_active AND cm.user_id = @me",
                new { left.ChatId, me = left.UserId },
                CancellationToken.None);

            // With nothing unread: the ChatJoined that follows has it counted anew.
            if (isIn is not null) return;
        }
        catch (Exception e)
        {
            // Fail closed: if membership can't be read, disconnect.
            log.LogWarning("Membership check failed, disconnecting: {ExceptionType}", e.GetType().Name);
        }

        feeds.Evict(left.ChatId, left.UserId);
    }

    private async Task Follow(ClientConnection client, ChatJoined joined)
    {
        try
        {
            await joinInbox.Add(client, joined.Chat, joined.Since, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The client reconnects, and the new connection has the chat.
            log.LogWarning("Socket for all chats failed to join a new chat, closing it: {ExceptionType}", e.GetType().Name);
            client.Close(CloseCodes.InternalError, "try again");
        }
    }
}
