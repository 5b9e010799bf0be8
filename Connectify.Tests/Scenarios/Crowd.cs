using System.Text.Json;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios;

/// <summary>The people of one run: their chats, their devices, and somebody who is in none of the chats.</summary>
internal sealed class Crowd
{
    private const int People = 12;
    private const int Conversations = 6;
    private static readonly int[] GroupSizes = [12, 8, 5, 3];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static int _runs;

    private readonly Rest _rest;
    private readonly string _suffix = $"{Interlocked.Increment(ref _runs)}";

    private Crowd(Rest rest) => _rest = rest;

    public List<Member> Members { get; } = [];

    public Member Outsider { get; private set; } = null!;

    public List<Chat> Chats { get; } = [];

    public IEnumerable<Recorder> Devices => Members.SelectMany(member => member.Devices);

    /// <summary>Registers people and opens chats; to be called while all is well.</summary>
    public static async Task<Crowd> Gather(Cluster cluster, Rest rest, Tally tally, Random random)
    {
        var crowd = new Crowd(rest);
        var organization = await crowd.Organization();
        for (var i = 1; i <= People; i++) crowd.Members.Add(await crowd.Register($"member{i}", organization));
        crowd.Outsider = await crowd.Register("outsider", organization);
        foreach (var size in GroupSizes) await crowd.OpenGroup(organization, [.. Pick(crowd.Members, size, random)]);
        for (var i = 0; i < Conversations; i++) await crowd.OpenConversation(organization, crowd.Members[2 * i], crowd.Members[(2 * i) + 1]);
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

    private async Task<long> Organization()
    {
        var login = await Do("/api/accounts/login/", null, new { username = Cluster.Superuser, password = Cluster.Password });
        return (await Do("/api/accounts/organizations/", login.Text("token"), new { name = $"run {_suffix}" })).Id();
    }

    private async Task<Member> Register(string name, long organization)
    {
        var username = $"{name}.{_suffix}";
        var account = await Do("/api/accounts/register/", null, new
        {
            username,
            email = $"{username}@example.com",
            password = Cluster.Password,
            first_name = name,
            last_name = "Tester",
            organization_id = organization,
        });
        return new Member(account, _rest);
    }

    private async Task OpenGroup(long organization, Member[] members)
    {
        var group = await Do("/api/messaging/group-chats/", members[0].Token, new
        {
            name = $"group of {members.Length}",
            organization_id = organization,
            member_ids = members.Skip(1).Select(member => member.Id).ToArray(),
        });
        Chats.Add(new Chat(group.Id(), isGroup: true, members));
    }

    private async Task OpenConversation(long organization, Member one, Member other)
    {
        var conversation = await Do("/api/messaging/conversations/", one.Token, new { participant_id = other.Id, organization_id = organization });
        Chats.Add(new Chat(conversation.Id(), isGroup: false, [one, other]));
    }

    private async Task<JsonElement> Do(string path, string? token, object body)
        => (await Rest.Insist(() => _rest.Ask(HttpMethod.Post, path, token, body), Patience, answer => answer.Known != Known.Nothing)).Body;
}
