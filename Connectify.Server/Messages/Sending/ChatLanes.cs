namespace Connectify.Server.Messages.Sending;

/// <summary>
/// The order in which sends are stored: one main lane, and beside it a lane for each chat of which some need more than the
/// fast path (on PostgreSQL, where another transaction holds the chat's row, a repeat, a refusal), so that no chat holds up
/// the others.
/// </summary>
/// <remarks>
/// While a chat has a lane of its own, for one batch, all its sends wait there, and none is left in the main lane: what a
/// sender begins first is stored first. Bookkeeping under one lock; it waits for nothing and starts nothing.
/// </remarks>
internal sealed class ChatLanes
{
    private const int MaxBatch = 400;

    // A few seconds of the database's throughput. Later senders should retry.
    private const int MaxWaiting = 20_000;

    // Well before it is full: sockets that wait for their turn, and with them their clients, are refused nothing.
    private const int HighWaterMark = MaxWaiting / 4;

    private readonly Lock _gate = new();
    private readonly Queue<PendingSend> _main = new();
    private readonly Dictionary<long, Queue<PendingSend>> _byChat = [];
    private bool _isMainRunning;
    private int _waiting;

    /// <summary>Whether more comes than is stored.</summary>
    public bool IsBackpressured => Volatile.Read(ref _waiting) > HighWaterMark;

    /// <param name="send">The send.</param>
    /// <param name="startsMain">Whether the caller has to start the main lane.</param>
    /// <returns>false: it is full.</returns>
    public bool TryEnqueue(PendingSend send, out bool startsMain)
    {
        lock (_gate)
        {
            startsMain = false;
            if (_waiting >= MaxWaiting) return false;
            _waiting++;
            if (_byChat.TryGetValue(send.Draft.Chat.Id, out var lane)) lane.Enqueue(send);
            else startsMain = EnqueueMain(send);
            return true;
        }
    }

    /// <returns>The main lane's next batch. Empty: it runs no longer.</returns>
    public List<PendingSend> DequeueMain()
    {
        lock (_gate)
        {
            var batch = Dequeue(_main);
            _isMainRunning = batch.Count > 0;
            return batch;
        }
    }

    /// <returns>The one batch of a chat's lane.</returns>
    public List<PendingSend> DequeueChat(long chatId)
    {
        lock (_gate) return Dequeue(_byChat[chatId]);
    }

    /// <summary>Puts sends of a main batch into the lanes of their chats, before what came meanwhile.</summary>
    /// <returns>The chats whose lanes begin with that, and are to be run.</returns>
    public IReadOnlyList<long> MoveToChats(IReadOnlyList<PendingSend> sends)
    {
        var begun = new List<long>();
        lock (_gate)
        {
            _waiting += sends.Count;
            foreach (var send in sends)
            {
                var chatId = send.Draft.Chat.Id;
                if (!_byChat.TryGetValue(chatId, out var lane))
                {
                    _byChat[chatId] = lane = new Queue<PendingSend>();
                    begun.Add(chatId);
                }

                lane.Enqueue(send);
            }

            // What came in the meantime comes after them: no send of a chat that has a lane waits in the main one.
            for (var left = _main.Count; left > 0; left--)
            {
                var send = _main.Dequeue();
                _byChat.GetValueOrDefault(send.Draft.Chat.Id, _main).Enqueue(send);
            }
        }

        return begun;
    }

    /// <summary>Ends a chat's lane. What has come meanwhile goes with the others again: a busy chat would never leave its lane.</summary>
    /// <returns>Whether the main lane is to be run.</returns>
    public bool EndChat(long chatId)
    {
        lock (_gate)
        {
            var startsMain = false;
            _byChat.Remove(chatId, out var lane);
            while (lane!.TryDequeue(out var send)) startsMain |= EnqueueMain(send);
            return startsMain;
        }
    }

    private bool EnqueueMain(PendingSend send)
    {
        _main.Enqueue(send);
        if (_isMainRunning) return false;
        return _isMainRunning = true;
    }

    private List<PendingSend> Dequeue(Queue<PendingSend> lane)
    {
        var batch = new List<PendingSend>();
        while (batch.Count < MaxBatch && lane.TryDequeue(out var send)) batch.Add(send);
        _waiting -= batch.Count;
        return batch;
    }
}
