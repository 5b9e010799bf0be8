using Connectify.Server.Chats;
using Connectify.Server.Messages.Reads;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Messages.History;

/// <summary>What a chat shows in either of its faces besides its own row.</summary>
internal sealed record ChatOverview(IReadOnlyList<MembershipView> Members, MessageView? LastMessage, long UnreadCount);

/// <summary>Reads overviews in a fixed number of round trips, however many chats they are of.</summary>
internal sealed class ChatOverviews(MessageQueries messages, UnreadCounts unreadCounts, Presence presence)
{
    /// <summary>The limit for lists of all members.</summary>
    public const int AllMembers = int.MaxValue;

    /// <summary>The overviews for <paramref name="me"/>, by chat.</summary>
    public async Task<Dictionary<long, ChatOverview>> Of(Sql sql, long me, long[] chatIds, int members, CancellationToken cancellation)
    {
        if (chatIds.Length == 0) return [];
        var people = await ChatMembers.First(sql, chatIds, members, cancellation);
        var blocked = await WithBlock(sql, chatIds, cancellation);
        foreach (var person in people.SelectMany(chat => chat))
        {
            // Presence doesn't cross a block.
            person.IsOnline = presence.IsOnline(person.Id) && (person.Id == me || !blocked.Contains(person.GroupChatId));
        }

        var last = await messages.LastOf(sql, chatIds, cancellation);
        var unread = await unreadCounts.Of(sql, me, chatIds, cancellation);
        return chatIds.ToDictionary(
            id => id,
            id => new ChatOverview([.. people[id]], last.GetValueOrDefault(id), unread.GetValueOrDefault(id)?.Unread ?? 0));
    }

    private static async Task<HashSet<long>> WithBlock(Sql sql, long[] chatIds, CancellationToken cancellation)
        => [.. await sql.Query<long>($"SELECT c.id FROM chats c WHERE c.id = ANY(@chatIds) AND {ChatAccess.HasBlock}", new { chatIds }, cancellation)];
}
