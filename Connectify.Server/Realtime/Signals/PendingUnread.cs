using Connectify.Protocol;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Signals;

/// <summary>Events of one chat since its unread counts were last published.</summary>
internal sealed class PendingUnread
{
    /// <summary>Users whose count may have changed: all their inboxes get a frame.</summary>
    public HashSet<long> Users { get; } = [];

    /// <summary>Users whose count can't be derived from the last one.</summary>
    public HashSet<long> NeedsRecount { get; } = [];

    /// <summary>The new messages, by seq.</summary>
    public List<(long Seq, long Sender)> Messages { get; } = [];

    /// <summary>Whether an event changes any count.</summary>
    public static bool AffectsUnread(ChatEvent happened) => happened.Name
        is Frames.Message or Frames.MessageDeleted or Frames.Read or Frames.ReadMessages or Frames.MemberAdded or Frames.MemberRemoved;

    /// <summary>Notes what a feed delivered to inboxes.</summary>
    public void Note(ChatEvent happened, IReadOnlyList<ClientConnection> inboxes)
    {
        if (happened.Name == Frames.Message) Messages.Add((happened.Seq, happened.Actor));
        foreach (var inbox in inboxes) Note(happened, inbox.UserId);
    }

    private void Note(ChatEvent happened, long userId)
    {
        // A read changes the reader's count; a message all counts but its sender's.
        var isRead = happened.Name is Frames.Read or Frames.ReadMessages;
        var isMessage = happened.Name == Frames.Message;
        if (isRead && userId != happened.Actor || isMessage && userId == happened.Actor) return;
        Users.Add(userId);

        // One read from the database comes in the order of its last change: an older one may have been counted before it.
        if (!isMessage || happened.CreatedSeq > 0) NeedsRecount.Add(userId);
    }
}
