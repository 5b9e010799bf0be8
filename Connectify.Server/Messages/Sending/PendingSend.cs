using System.Diagnostics;
using Connectify.Server.Authentication;
using Connectify.Server.Hosting;

namespace Connectify.Server.Messages.Sending;

/// <summary>A queued send and its pending outcome.</summary>
internal sealed class PendingSend(Caller me, Draft draft, MessagingSettings settings)
{
    private readonly TaskCompletionSource<Outcome<SentMessage>> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Caller Me => me;

    public Draft Draft => draft;

    public long? DualKey { get; } = draft.DualKey(me.TokenId, settings);

    /// <summary>The request or frame that it came with, for traces.</summary>
    public ActivityContext Cause { get; } = Activity.Current?.Context ?? default;

    public Task<Outcome<SentMessage>> Outcome => _outcome.Task;

    /// <summary>What makes another send a repeat of this one, or the second copy of it; null: nothing does.</summary>
    public object? Identity => draft.ClientMessageId is { } id ? (draft.Chat.Id, me.UserId, id)
        : DualKey is { } key ? (draft.Chat.Id, key)
        : null;

    public void Complete(Outcome<SentMessage> outcome) => _outcome.TrySetResult(outcome);

    public void Fail(Exception exception) => _outcome.TrySetException(exception);
}
