using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Messages.Sending;

/// <summary>
/// Stores together what has gathered while the last batch was being stored: nobody waits for a timer, a
/// lone send goes at once, and the busier it is the more share one commit.
/// </summary>
/// <remarks>
/// There is one main lane. What it can't store without waiting or looking closer (on PostgreSQL, where the
/// chat's row is held by somebody else, a repeat, a refusal) goes on in a lane of its chat, so that no chat holds
/// up the others. While a chat has a lane of its own, for one batch, all its sends wait there, and none is left
/// in the main lane: what a sender begins first is stored first.
/// </remarks>
internal sealed class MessageWriteQueue(
    Database database, StoreMessage storeMessage, BatchStore batchStore, EventPublisher publisher, MessagingSettings settings, Metrics metrics,
    ILogger<MessageWriteQueue> log)
{
    private const int MaxBatch = 400;

    // A few seconds of what the database can take; who comes after them is better off asking again.
    private const int MaxWaiting = 20_000;

    // Well before it is full: sockets that wait for their turn, and with them their clients, are refused nothing.
    private const int HighWaterMark = MaxWaiting / 4;

    private readonly Lock _gate = new();
    private readonly Lane _main = new();
    private readonly Dictionary<long, Lane> _byChat = [];
    private int _waiting;

    /// <summary>Whether more comes than is stored: who can wait for his send before he begins the next, should.</summary>
    public bool IsBackpressured => Volatile.Read(ref _waiting) > HighWaterMark;

    /// <returns>The message, or why not; a database that is away is an exception, as everywhere.</returns>
    public Task<Outcome<SentMessage>> Add(Caller me, Draft draft)
    {
        var send = new PendingSend(me, draft, settings);
        Lane lane;
        lock (_gate)
        {
            if (_waiting >= MaxWaiting) return Task.FromResult<Outcome<SentMessage>>(Rejection.Overloaded);
            _waiting++;
            lane = _byChat.GetValueOrDefault(draft.Chat.Id, _main);
            lane.Waiting.Enqueue(send);
            if (lane.IsRunning) return send.Outcome;
            lane.IsRunning = true;
        }

        // Not within the first caller's context: the lane will serve others too.
        ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.RunMain(), this, preferLocal: false);
        return send.Outcome;
    }

    /// <summary>Tells everybody of those that are new, in the order in which they were stored.</summary>
    public void Publish(IReadOnlyList<SentMessage> stored)
    {
        metrics.Stored(stored.Count(sent => sent.IsNew));
        using var round = WriteRound.Begin();
        foreach (var chat in stored.Where(sent => sent.IsNew).GroupBy(sent => sent.Message.Chat())) Publish(chat.Key, [.. chat]);
    }

    private void Publish(ChatRef chat, SentMessage[] news)
    {
        try
        {
            publisher.Publish(Array.ConvertAll(news, sent => MessageEvents.Sent(sent.Message, sent.AccessVersion)), news[0].StoredIn);
        }
        catch (Exception e)
        {
            // They are stored: feeds will find them by their seq. The lane goes on.
            log.LogError(e, "Messages of chat {ChatId} could not be told", chat.Id);
        }
    }

    private async Task RunMain()
    {
        IReadOnlyList<SentMessage> stored = [];
        while (DequeueBatch(_main) is { Count: > 0 } batch)
        {
            // The database works on this batch while everybody is told of the one before.
            var storing = StoreBatch(batch);
            Publish(stored);
            stored = await storing;
        }

        Publish(stored);
    }

    private async Task RunChat(Lane lane, long chatId)
    {
        Publish(await StoreOneByOne(DequeueBatch(lane)));
        lock (_gate)
        {
            // What has come meanwhile goes with the others again: a busy chat would never leave its lane.
            _byChat.Remove(chatId);
            while (lane.Waiting.TryDequeue(out var send)) _main.Waiting.Enqueue(send);
            if (_main.IsRunning || _main.Waiting.Count == 0) return;
            _main.IsRunning = true;
        }

        await RunMain();
    }

    private List<PendingSend> DequeueBatch(Lane lane)
    {
        var batch = new List<PendingSend>();
        lock (_gate)
        {
            while (batch.Count < MaxBatch && lane.Waiting.TryDequeue(out var send)) batch.Add(send);

            if (batch.Count == 0) lane.IsRunning = false;
            _waiting -= batch.Count;
        }

        return batch;
    }

    private async Task<IReadOnlyList<SentMessage>> StoreBatch(List<PendingSend> batch)
    {
        var left = batch;
        IReadOnlyList<SentMessage> stored = [];
        using var activity = Tracing.Begin("store messages", batch.Select(send => send.Cause));
        try
        {
            (stored, left) = await batchStore.Run(batch);
        }
        catch (Exception e) when (e.IsDatabaseUnavailable())
        {
            // Stored or not: whoever sent with a client_message_id finds out by sending again.
            foreach (var send in batch) send.Fail(e);
            left = [];
        }
        catch (Exception e)
        {
            log.LogWarning(e, "{Count} sends could not be stored together: each is looked at by itself", batch.Count);
        }

        if (left.Count > 0) MoveToChatLane(left);
        return stored;
    }

    private void MoveToChatLane(List<PendingSend> sends)
    {
        var begun = new Dictionary<long, Lane>();
        lock (_gate)
        {
            _waiting += sends.Count;
            foreach (var send in sends)
            {
                var chatId = send.Draft.Chat.Id;
                if (!_byChat.TryGetValue(chatId, out var lane))
                {
                    begun[chatId] = _byChat[chatId] = lane = new Lane { IsRunning = true };
                }

                lane.Waiting.Enqueue(send);
            }

            // What came in the meantime comes after them: no send of a chat that has a lane waits in the main one.
            for (var left = _main.Waiting.Count; left > 0; left--)
            {
                var send = _main.Waiting.Dequeue();
                _byChat.GetValueOrDefault(send.Draft.Chat.Id, _main).Waiting.Enqueue(send);
            }
        }

        foreach (var (chatId, lane) in begun) _ = RunChat(lane, chatId);
    }

    private async Task<IReadOnlyList<SentMessage>> StoreOneByOne(List<PendingSend> batch)
    {
        using var activity = Tracing.Begin("store messages", batch.Select(send => send.Cause));
        try
        {
            var outcomes = await database.Write(
                async transaction =>
                {
                    var done = new List<Outcome<SentMessage>>();
                    foreach (var send in batch) done.Add(await storeMessage.Run(transaction, send.Me, send.Draft, CancellationToken.None));
                    return done;
                },
                CancellationToken.None);
            foreach (var (send, outcome) in batch.Zip(outcomes)) send.Complete(outcome);
            return [.. outcomes.Where(outcome => outcome.Rejection is null).Select(outcome => outcome.Value)];
        }
        catch (Exception e) when (batch.Count == 1 || e.IsDatabaseUnavailable())
        {
            foreach (var send in batch) send.Fail(e);
            return [];
        }
        catch (Exception)
        {
            // Nothing is stored; one that can't be must not take its neighbours with it.
            var stored = new List<SentMessage>();
            foreach (var send in batch) stored.AddRange(await StoreOneByOne([send]));
            return stored;
        }
    }

    private sealed class Lane
    {
        public Queue<PendingSend> Waiting { get; } = new();

        public bool IsRunning { get; set; }
    }
}
