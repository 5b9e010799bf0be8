using System.Diagnostics;
using Connectify.Server.Authentication;
using Connectify.Server.Hosting;

namespace Connectify.Server.Messages.Sending;

/// <summary>A message that is stored.</summary>
/// <param name="Message">The message.</param>
/// <param name="IsRepeat">Whether its <c>client_message_id</c> had been used: nothing was stored or published again.</param>
internal sealed record SentMessage(MessageView Message, bool IsRepeat)
{
    /// <summary>Whether this send created the message: it is still to be published.</summary>
    public bool IsNew { get; init; }

    /// <summary>The chat's access version when the message was stored; 0 for a repeat.</summary>
    public long AccessVersion { get; init; }

    /// <summary>The activity that stored it; null without a listener.</summary>
    public Activity? StoredIn { get; } = Activity.Current;
}

/// <summary>Stores a message as the next change of its chat, then publishes it.</summary>
/// <remarks>
/// All that decides (who may, what it repeats, which number it gets) is read after the chat's row is
/// locked, so two sends at once, on any nodes, take turns. A crash before the commit leaves nothing; one
/// after it leaves a stored message, which feeds find by its seq.
/// </remarks>
internal sealed class SendMessage(Database database, StoreMessage storeMessage, MessageWriteQueue queue, PublishStored publishStored, MessagingSettings settings)
{
    /// <inheritdoc cref="MessageWriteQueue.IsBackpressured" />
    public bool IsBackpressured => queue.IsBackpressured;

    /// <summary>Sends; of one caller's sends to one chat, those that were begun first are stored first.</summary>
    /// <param name="me">The sender.</param>
    /// <param name="draft">What is to be sent.</param>
    /// <param name="cancellation">Ends a send with files; others are stored even if the caller is gone.</param>
    public Task<Outcome<SentMessage>> Run(Caller me, Draft draft, CancellationToken cancellation)
    {
        // Invalid drafts skip the batch, so that permission errors win over validation errors.
        return draft.Files.Count == 0 && MessageRules.WhyNot(draft, settings) is null
            ? queue.Add(me, draft)
            : Alone(me, draft, cancellation);
    }

    private async Task<Outcome<SentMessage>> Alone(Caller me, Draft draft, CancellationToken cancellation)
    {
        var outcome = await database.WriteOrReject(transaction => storeMessage.Run(transaction, me, draft, cancellation), cancellation);
        if (outcome.Rejection is null) publishStored.Run([outcome.Value]);
        return outcome;
    }
}
