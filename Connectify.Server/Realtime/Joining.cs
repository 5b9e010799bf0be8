using Connectify.Server.Chats;

namespace Connectify.Server.Realtime;

/// <summary>A client on its way into a feed: what happens meanwhile is kept for it.</summary>
internal sealed class Joining(Client client, ChatRef chat, Task listening)
{
    public Client Client => client;

    public ChatRef Chat => chat;

    /// <summary>To be waited for before the client's position is read: complete when events of other nodes are heard.</summary>
    public Task Listening => listening;

    /// <summary>What the feed delivered since the joining began.</summary>
    public List<ChatEvent> Heard { get; } = [];

    /// <summary>The change up to which the client has been told from the database; -1: not yet.</summary>
    public long ToldUpTo { get; set; } = -1;
}
