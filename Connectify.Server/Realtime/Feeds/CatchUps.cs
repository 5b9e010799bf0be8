using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>The clients that are catching up with one feed. Live events follow their backlog.</summary>
/// <param name="chat">The feed's chat.</param>
/// <param name="resequencer">Where the feed stands.</param>
/// <param name="goLive">Takes a client in that knows as much as the others.</param>
/// <remarks>Used under its feed's lock.</remarks>
internal sealed class CatchUps(ChatRef chat, Resequencer resequencer, Action<ClientConnection> goLive)
{
    // The buffer of one client that catches up. A client that exceeds it reads too slowly.
    private const int MaxBuffered = 10_000;

    private readonly Dictionary<ClientConnection, CatchUp> _byClient = [];

    public bool IsEmpty => _byClient.Count == 0;

    public IReadOnlyCollection<ClientConnection> Clients => _byClient.Keys;

    /// <summary>The last change that any of them knows of from the database.</summary>
    public long DeliveredUpTo => _byClient.Values.Select(catchUp => catchUp.DeliveredUpTo).DefaultIfEmpty().Max();

    public CatchUp Start(ClientConnection client, Task listening) => _byClient[client] = new CatchUp(client, chat, listening);

    /// <summary>Whether it is still the one of its client.</summary>
    public bool Contains(CatchUp catchUp) => _byClient.GetValueOrDefault(catchUp.Client) == catchUp;

    public void Drop(ClientConnection client)
    {
        if (_byClient.Remove(client, out var over)) over.End();
    }

    /// <summary>Sends the buffered events to a client whose backlog, up to a change, has been sent.</summary>
    /// <returns>false: the feed stands behind that; what comes next still passes through here.</returns>
    public bool TryRelease(CatchUp catchUp, long seq)
    {
        catchUp.DeliveredUpTo = seq;
        foreach (var happened in catchUp.Buffered) Forward(catchUp, happened);
        catchUp.Buffered.Clear();
        return TryGoLive(catchUp);
    }

    public void Deliver(IReadOnlyList<ChatEvent> happened)
    {
        foreach (var catchUp in _byClient.Values) Deliver(catchUp, happened);
    }

    private void Deliver(CatchUp catchUp, IReadOnlyList<ChatEvent> happened)
    {
        try
        {
            foreach (var one in happened)
            {
                if (catchUp.DeliveredUpTo < 0) Buffer(catchUp, one);
                else Forward(catchUp, one);
            }

            if (catchUp.DeliveredUpTo >= 0) TryGoLive(catchUp);
        }
        catch (Exception)
        {
            // The failure concerns this client only. It reconnects and resumes; the others get the event.
            catchUp.Client.Abort();
        }
    }

    private bool TryGoLive(CatchUp catchUp)
    {
        if (!resequencer.Covers(catchUp.DeliveredUpTo)) return false;
        _byClient.Remove(catchUp.Client);

        // Looked at within the feed's turn: a client that goes marks itself first, and then leaves its feeds in theirs.
        if (!catchUp.Client.IsClosed) goLive(catchUp.Client);
        return true;
    }

    private static void Buffer(CatchUp catchUp, ChatEvent happened)
    {
        if (catchUp.Buffered.Count < MaxBuffered) catchUp.Buffered.Add(happened);
        else catchUp.Client.CloseTooSlow();
    }

    private static void Forward(CatchUp catchUp, ChatEvent happened)
    {
        var isKnown = happened.Seq > 0 && happened.Seq <= catchUp.DeliveredUpTo;
        if (!isKnown && happened.IsFor(catchUp.Client.UserId)) catchUp.Client.Send(happened.For(catchUp.DeliveredUpTo));
    }
}
