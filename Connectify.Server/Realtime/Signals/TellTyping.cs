using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Signals;

/// <summary>Tells the others in a chat that somebody is typing, or no longer. It doesn't cross a block.</summary>
internal sealed class TellTyping(Database database, Notifier notifier)
{
    public async Task<Outcome<ChatAccess>> Run(Client client, ChatRef chat, bool isTyping, CancellationToken cancellation)
    {
        var found = await ChatAccess.Find(database, client.Caller.UserId, chat, cancellation);
        if (found.Rejection is not null) return found;
        if (found.Value.IsBlocked || found.Value.HasBlocked)
        {
            // Nothing new crosses a block; what was shown before it comes to its end.
            if (!isTyping) Stop(client, chat.Id);
            return found;
        }

        if (isTyping) client.TypingIn[chat.Id] = chat;
        else client.TypingIn.TryRemove(chat.Id, out _);
        Tell(client, chat, isTyping);

        // The connection went meanwhile: what ended with it may have been told before this.
        if (client.IsGone) Stop(client, chat.Id);
        return found;
    }

    /// <summary>Ends what a connection that is gone was typing.</summary>
    public void Stop(Client client)
    {
        foreach (var chatId in client.TypingIn.Keys) Stop(client, chatId);
    }

    /// <summary>Ends what a connection was typing in one chat, if it was.</summary>
    public void Stop(Client client, long chatId)
    {
        if (client.TypingIn.TryRemove(chatId, out var chat)) Tell(client, chat, isTyping: false);
    }

    private void Tell(Client client, ChatRef chat, bool isTyping)
    {
        var payload = Payload.Of(chat, 0, new { user_id = client.Caller.UserId, username = client.Caller.Username, is_typing = isTyping });
        notifier.Tell(new ChatEvent(chat.Id, Frames.Typing, payload) { ExceptUser = client.Caller.UserId });
    }
}
