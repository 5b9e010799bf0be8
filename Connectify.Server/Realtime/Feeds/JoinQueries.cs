using Connectify.Server.Chats;
using Connectify.Server.Messages.History;

namespace Connectify.Server.Realtime.Feeds;

/// <summary>The database reads of clients that join one chat, coalesced.</summary>
internal sealed class JoinQueries(Database database, ChatHistory history, ChatRef chat)
{
    private readonly BatchingLoader<long, ChatAccess> _access = new(
        userIds => ChatAccess.FindAll(database, [.. userIds], chat, CancellationToken.None));

    private readonly BatchingLoader<long, Backlog> _missed = new(async positions =>
    {
        var missed = new Dictionary<long, Backlog>();
        foreach (var since in positions)
        {
            if (await history.ReadBacklog(chat, since, history.ResumeLimit, CancellationToken.None) is { } changes) missed[since] = changes;
        }

        return missed;
    });

    /// <summary>As <see cref="ChatAccess.Find"/>.</summary>
    public async Task<Outcome<ChatAccess>> Access(long userId, CancellationToken cancellation)
        => ChatAccess.Checked(await _access.LoadAsync(userId).WaitAsync(cancellation), chat.Kind);

    /// <summary>As <see cref="ChatHistory.ReadBacklog"/>, up to the most that is replayed.</summary>
    public Task<Backlog?> Missed(long since, CancellationToken cancellation) => _missed.LoadAsync(since).WaitAsync(cancellation);
}
