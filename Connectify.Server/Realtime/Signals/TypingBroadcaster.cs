using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Signals;

/// <summary>Tells the others in a chat that somebody is typing, or no longer. It doesn't cross a block.</summary>
internal sealed class TypingBroadcaster(Database database, EventPublisher publisher)
{
    public async Task<Outcome<ChatAccess>> Run(ClientConnection client, ChatRef chat, bool isTyping, CancellationToken cancellation)
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
        Publish(client, chat, isTyping);

        // The connection went meanwhile: what ended with it may have been told before this.
        if (client.IsClosed) Stop(client, chat.Id);
        return found;
    }

    /// <summary>Ends what a connection that is gone was typing.</summary>
    public void Stop(ClientConnection client)
    {
        foreach (var chatId in client.TypingIn.Keys) Stop(client, chatId);
    }

    /// <summary>Ends what a connection was typing in one chat, if it was.</summary>
    public void Stop(ClientConnection client, long chatId)
    {
        if (client.TypingIn.TryRemove(chatId, out var chat)) Publish(client, chat, isTyping: false);
    }

    private void Publish(ClientConnection client, ChatRef chat, bool isTyping)
    {
        var payload = FramePayload.Of(chat, 0, new { user_id = client.Caller.UserId, username = client.Caller.Username, is_typing = isTyping });
        publisher.Publish(new ChatEvent(chat.Id, Frames.Typing, payload) { ExceptUser = client.Caller.UserId });
    }
}
