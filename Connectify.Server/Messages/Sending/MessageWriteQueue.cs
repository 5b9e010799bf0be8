using Connectify.Server.Authentication;
using Connectify.Server.Hosting;

namespace Connectify.Server.Messages.Sending;

/// <summary>Takes sends without files, to be stored in batches: see <see cref="ChatLanes"/> and <see cref="WriteLoop"/>.</summary>
internal sealed class MessageWriteQueue(ChatLanes lanes, WriteLoop loop, MessagingSettings settings)
{
    /// <summary>Whether more comes than is stored: who can wait for his send before he begins the next, should.</summary>
    public bool IsBackpressured => lanes.IsBackpressured;

    /// <returns>The message, or why not; a database that is away is an exception, as everywhere.</returns>
    public Task<Outcome<SentMessage>> Add(Caller me, Draft draft)
    {
        var send = new PendingSend(me, draft, settings);
        if (!lanes.TryEnqueue(send, out var startsMain)) return Task.FromResult<Outcome<SentMessage>>(Rejection.Overloaded);
        if (startsMain) loop.Start();
        return send.Outcome;
    }
}
