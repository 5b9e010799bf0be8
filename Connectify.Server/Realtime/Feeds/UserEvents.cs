using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>Carries out on this node's connections what happens to users' access.</summary>
internal sealed class UserEvents(Clients clients, ChatFeeds feeds, FollowInbox followInbox, Database database, ILogger<UserEvents> log)
{
    public void Take(UserEvent happened)
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
            case ChatLeft { IsHearsay: true } left:
                _ = TurnOutIfGone(left);
                break;
            case ChatLeft left:
                feeds.TurnOut(left.ChatId, left.UserId);
                break;
            case ChatJoined joined:
                foreach (var client in clients.OfUser(joined.UserId).Where(client => client.IsInbox)) _ = Follow(client, joined);
                break;
            default:
                // AccountChanged concerns the checks of tokens only.
                break;
        }
    }

    private void Close(long userId, Func<Client, bool> isOver)
    {
        foreach (var client in clients.OfUser(userId).Where(isOver)) client.Close(CloseCodes.Unauthorized, "unauthorized");
    }

    // A node or a Redis that stood still tells of removals when it goes on; who has come back meanwhile stays.
    private async Task TurnOutIfGone(ChatLeft left)
    {
        if (!clients.OfUser(left.UserId).Any(client => client.Following.ContainsKey(left.ChatId))) return;
        try
        {
            var isIn = await database.First<long?>(
                $"SELECT c.id FROM {ChatAccess.Tables} WHERE c.id = @ChatId AND c.is_active AND cm.user_id = @me",
                new { left.ChatId, me = left.UserId },
                CancellationToken.None);
            if (isIn is not null) return;
        }
        catch (Exception e)
        {
            // Rather a member who has to come again than somebody who hears what isn't his.
            log.LogWarning("Whether a member is still in a chat could not be read: {Kind}", e.GetType().Name);
        }

        feeds.TurnOut(left.ChatId, left.UserId);
    }

    private async Task Follow(Client client, ChatJoined joined)
    {
        try
        {
            await followInbox.Add(client, joined.Chat, joined.Since, CancellationToken.None);
        }
        catch (Exception e)
        {
            // It comes again, and then finds the chat among its own.
            log.LogWarning("A socket for all chats could not follow a new one: {Kind}", e.GetType().Name);
            client.Close(CloseCodes.InternalError, "try again");
        }
    }
}
