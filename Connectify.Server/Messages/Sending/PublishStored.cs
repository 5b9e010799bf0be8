using Connectify.Protocol;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Messages.Sending;

/// <summary>Publishes messages that have been committed; repeats were published before.</summary>
internal sealed class PublishStored(EventPublisher publisher, Metrics metrics, ILogger<PublishStored> log)
{
    /// <param name="stored">In the order in which they were stored.</param>
    public void Run(IReadOnlyList<SentMessage> stored)
    {
        metrics.Stored(stored.Count(sent => sent.IsNew));
        using var flush = DeferredFlush.Begin();
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
            // They are stored: feeds will find them by their seq.
            log.LogError(e, "Messages of chat {ChatId} could not be published", chat.Id);
        }
    }
}
