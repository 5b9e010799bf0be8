using Connectify.Protocol;
using Connectify.Server.Chats;

namespace Connectify.Server.Realtime;

/// <summary>Tells a user's chats when he comes online and when he goes.</summary>
internal sealed class TellPresence(Presence presence, Notifier notifier, Database database, ILogger<TellPresence> log)
{
    public void Connected(Client client)
    {
        client.IsCounted = true;
        if (presence.Connected(client.Caller.UserId)) _ = Tell(client.Caller.UserId);
    }

    public void Disconnected(Client client)
    {
        // A connection that was refused was never online.
        if (client.IsCounted && presence.Disconnected(client.Caller.UserId)) _ = Tell(client.Caller.UserId);
    }

    // In the background: nobody's connecting waits for it. What is told is what holds by then.
    private async Task Tell(long userId)
    {
        try
        {
            var chats = await database.Query<ChatAccess>(
                $"SELECT {ChatAccess.Columns} FROM {ChatAccess.Tables} WHERE c.is_active AND cm.user_id = @me",
                new { me = userId },
                CancellationToken.None);
            foreach (var chat in chats)
            {
                // Looked up for each: where one telling overtakes another, both end with what holds.
                var payload = new { user_id = userId, is_online = presence.IsOnline(userId) };
                notifier.Tell(new ChatEvent(chat.ChatId, Frames.Presence, Payload.Of(chat.Chat, 0, payload)) { ExceptUser = userId });
            }
        }
        catch (Exception e)
        {
            log.LogWarning("Presence of user {UserId} was not told: {Kind}", userId, e.GetType().Name);
        }
    }
}
