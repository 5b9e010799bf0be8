using Connectify.Server.Authentication;
using Connectify.Server.Hosting;

namespace Connectify.Server.Messages.Sending;

/// <summary>Takes sends without files, to be stored in batches: see <see cref="ChatLanes"/> and <see cref="WriteLoop"/>.</summary>
internal sealed class MessageWriteQueue(ChatLanes lanes, WriteLoop loop, MessagingSettings settings)
{
    /// <summary>Backpressure: more sends arrive than are stored. Callers that can, await one send before the next.</summary>
    public bool IsBackpressured => lanes.IsBackpressured;

    /// <returns>The message, or why not; an unavailable database is an exception, as everywhere.</returns>
    public Task<Outcome<SentMessage>> Add(Caller me, Draft draft)
    {
        var send = new PendingSend(me, draft, settings);
        if (!lanes.TryEnqueue(send, out var startsMain)) return Task.FromResult<Outcome<SentMessage>>(Rejection.Overloaded);
        if (startsMain) loop.Start();
        return send.Outcome;
    }
}
