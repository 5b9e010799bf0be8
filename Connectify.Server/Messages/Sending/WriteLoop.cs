using Connectify.Server.Diagnostics;

namespace Connectify.Server.Messages.Sending;

/// <summary>Group commit: what arrives in the lanes while a batch is being stored forms the next one. No timer.</summary>
internal sealed class WriteLoop(ChatLanes lanes, Database database, StoreMessage storeMessage, BatchStore batchStore, PublishStored publishStored, ILogger<WriteLoop> log)
{
    /// <summary>Runs the main lane until it is empty, on the thread pool: not within the first caller's context, since it serves others too.</summary>
    public void Start() => ThreadPool.UnsafeQueueUserWorkItem(static loop => _ = loop.RunMain(), this, preferLocal: false);

    private async Task RunMain()
    {
        IReadOnlyList<SentMessage> stored = [];
        while (lanes.DequeueMain() is { Count: > 0 } batch)
        {
            // The database works on this batch while the one before is published.
            var storing = StoreBatch(batch);
            publishStored.Run(stored);
            stored = await storing;
        }

        publishStored.Run(stored);
    }

    private async Task RunChat(long chatId)
    {
        publishStored.Run(await StoreOneByOne(lanes.DequeueChat(chatId)));
        if (lanes.EndChat(chatId)) await RunMain();
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
            // The outcome is unknown. A repeat with the same client_message_id resolves it.
            foreach (var send in batch) send.Fail(e);
            left = [];
        }
        catch (Exception e)
        {
            log.LogWarning(e, "Batch insert of {Count} messages failed; retrying one by one", batch.Count);
        }

        foreach (var chatId in left.Count > 0 ? lanes.MoveToChats(left) : []) _ = RunChat(chatId);
        return stored;
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
}
