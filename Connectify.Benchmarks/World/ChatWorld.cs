namespace Connectify.Benchmarks.World;

/// <summary>A chat and its members, by their number among the users.</summary>
internal sealed record Chat(int Index, bool IsGroup, int[] Users)
{
    public long Id => ChatWorld.FirstId + Index;
}

/// <summary>One socket: whose, and to which chat.</summary>
internal sealed record Seat(int Index, Chat Chat, int User);

/// <summary>Who is there in a run: users, chats, and the sockets that follow them.</summary>
internal sealed class ChatWorld
{
    /// <summary>Ids of users, chats and sessions begin here: what the server creates by itself stays below.</summary>
    public const long FirstId = 1000;

    private ChatWorld(int users, Chat[] chats, int socketsPerMember)
    {
        (Users, Chats) = (users, chats);
        Seats = chats
            .SelectMany(chat => Enumerable.Range(0, socketsPerMember).SelectMany(_ => chat.Users.Select(user => (chat, user))))
            .Select((entry, index) => new Seat(index, entry.chat, entry.user))
            .ToArray();
    }

    public int Users { get; }

    public Chat[] Chats { get; }

    public Seat[] Seats { get; }

    /// <summary>Seats of a chat, in order.</summary>
    public Seat[][] SeatsByChat => field ??= Chats.Select(chat => Seats.Where(seat => seat.Chat == chat).ToArray()).ToArray();

    public static ChatWorld Conversations(int count)
        => new(count * 2, Enumerable.Range(0, count).Select(i => new Chat(i, false, [2 * i, (2 * i) + 1])).ToArray(), 1);

    /// <summary>Groups without a common member.</summary>
    public static ChatWorld Groups(int count, int size, int socketsPerMember = 1)
        => new(
            count * size,
            Enumerable.Range(0, count).Select(i => new Chat(i, true, Enumerable.Range(i * size, size).ToArray())).ToArray(),
            socketsPerMember);

    /// <summary>Chats with the members given.</summary>
    public static ChatWorld Of(int users, IEnumerable<int[]> groups) => new(users, groups.Select((members, i) => new Chat(i, true, members)).ToArray(), 0);
}
