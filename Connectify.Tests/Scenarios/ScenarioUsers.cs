namespace Connectify.Tests.Scenarios;

/// <summary>The people of one run: their chats, their devices, and somebody who is in none of the chats.</summary>
internal sealed class ScenarioUsers
{
    private const int People = 12;
    private const int Conversations = 6;
    private static readonly int[] GroupSizes = [12, 8, 5, 3];
    public List<Member> Members { get; } = [];

    public required Member Outsider { get; init; }

    public List<Chat> Chats { get; } = [];

    public IEnumerable<Recorder> Devices => Members.SelectMany(member => member.Devices);

    /// <summary>Registers people and opens chats; to be called while all is well.</summary>
    public static async Task<ScenarioUsers> Gather(Cluster cluster, Rest rest, RunCounters counters, Random random)
    {
        var setup = await ScenarioSetup.Open(rest);
        var users = new ScenarioUsers { Outsider = await setup.Register("outsider") };
        for (var i = 1; i <= People; i++) users.Members.Add(await setup.Register($"member{i}"));
        foreach (var size in GroupSizes) users.Chats.Add(await setup.Group([.. Pick(users.Members, size, random)]));
        for (var i = 0; i < Conversations; i++) users.Chats.Add(await setup.Conversation(users.Members[2 * i], users.Members[(2 * i) + 1]));
        foreach (var member in users.Members)
        {
            foreach (var chat in users.Chats.Where(chat => chat.Members.Contains(member))) member.Chats.Add(chat);
            foreach (var chat in Pick(member.Chats, 2, random)) member.Devices.Add(new ChatRecorder(member, chat, cluster, counters, Seeded(random)));
            member.Devices.Add(new InboxRecorder(member, cluster, counters, Seeded(random)));
            member.Devices.Add(new HubRecorder(member, cluster, counters, Seeded(random)));
        }

        return users;
    }

    public static Random Seeded(Random by) => new(by.Next());

    private static IEnumerable<T> Pick<T>(List<T> from, int count, Random random) => from.OrderBy(_ => random.Next()).Take(count);
}
