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

    // A node or a Redis that stood still tells of removals when it goes on; who has come back meanwhile stays.
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
            // Rather a member who has to come again than somebody who hears what isn't his.
            log.LogWarning("Whether a member is still in a chat could not be read: {Kind}", e.GetType().Name);
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
            // It comes again, and then finds the chat among its own.
            log.LogWarning("A socket for all chats could not follow a new one: {Kind}", e.GetType().Name);
            client.Close(CloseCodes.InternalError, "try again");
        }
    }
}
