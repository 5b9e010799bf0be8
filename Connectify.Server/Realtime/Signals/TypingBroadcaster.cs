using Connectify.Protocol;
using Connectify.Server.Chats;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Signals;

/// <summary>Notifies the other members that a user started or stopped typing. It doesn't cross a block.</summary>
/// <remarks>Typing is the user's: it stops when the last of their connections at this node stops.</remarks>
internal sealed class TypingBroadcaster(Database database, EventPublisher publisher, ConnectionStore connections)
{
    // Of two connections of one user that start and stop at once, the later change is also the one published last.
    private readonly Lock _gate = new();

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

        Change(client, chat, isTyping);

        // The connection closed meanwhile: its stop may have been published before this start.
        if (client.IsClosed) Stop(client, chat.Id);
        return found;
    }

    /// <summary>Publishes the stops of a closed connection.</summary>
    public void Stop(ClientConnection client)
    {
        foreach (var chatId in client.TypingIn.Keys) Stop(client, chatId);
    }

    /// <summary>Ends what a connection was typing in one chat, if it was.</summary>
    public void Stop(ClientConnection client, long chatId)
    {
        if (client.TypingIn.TryGetValue(chatId, out var chat)) Change(client, chat, isTyping: false);
    }

    private void Change(ClientConnection client, ChatRef chat, bool isTyping)
    {
        lock (_gate)
        {
            if (isTyping) client.TypingIn[chat.Id] = chat;
            else client.TypingIn.TryRemove(chat.Id, out _);
            if (isTyping || !connections.OfUser(client.UserId).Any(other => other.TypingIn.ContainsKey(chat.Id))) Publish(client, chat, isTyping);
        }
    }

    private void Publish(ClientConnection client, ChatRef chat, bool isTyping)
    {
        var payload = FramePayload.Of(chat, 0, new { user_id = client.Caller.UserId, username = client.Caller.Username, is_typing = isTyping });
        publisher.Publish(new ChatEvent(chat.Id, Frames.Typing, payload) { ExceptUser = client.Caller.UserId });
    }
}
