namespace Connectify.Tests.Scenarios;

/// <summary>The people of one run: their chats, their devices, and somebody who is in none of the chats.</summary>
internal sealed class Crowd
{
    private const int People = 12;
    private const int Conversations = 6;
    private static readonly int[] GroupSizes = [12, 8, 5, 3];
    public List<Member> Members { get; } = [];

    public required Member Outsider { get; init; }

    public List<Chat> Chats { get; } = [];

    public IEnumerable<Recorder> Devices => Members.SelectMany(member => member.Devices);

    /// <summary>Registers people and opens chats; to be called while all is well.</summary>
    public static async Task<Crowd> Gather(Cluster cluster, Rest rest, Tally tally, Random random)
    {
        var office = await Office.Open(rest);
        var crowd = new Crowd { Outsider = await office.Register("outsider") };
        for (var i = 1; i <= People; i++) crowd.Members.Add(await office.Register($"member{i}"));
        foreach (var size in GroupSizes) crowd.Chats.Add(await office.Group([.. Pick(crowd.Members, size, random)]));
        for (var i = 0; i < Conversations; i++) crowd.Chats.Add(await office.Conversation(crowd.Members[2 * i], crowd.Members[(2 * i) + 1]));
        foreach (var member in crowd.Members)
        {
            foreach (var chat in crowd.Chats.Where(chat => chat.Members.Contains(member))) member.Chats.Add(chat);
            foreach (var chat in Pick(member.Chats, 2, random)) member.Devices.Add(new ChatRecorder(member, chat, cluster, tally, Seeded(random)));
            member.Devices.Add(new InboxRecorder(member, cluster, tally, Seeded(random)));
            member.Devices.Add(new HubRecorder(member, cluster, tally, Seeded(random)));
        }

        return crowd;
    }

    public static Random Seeded(Random by) => new(by.Next());

    private static IEnumerable<T> Pick<T>(List<T> from, int count, Random random) => from.OrderBy(_ => random.Next()).Take(count);
}
