using System.Text.Json;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios;

/// <summary>Registers people and opens chats, in an organization of its own; to be used while all is well.</summary>
internal sealed class ScenarioSetup
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static int _opened;

    private readonly Rest _rest;
    private readonly string _suffix = $"{Interlocked.Increment(ref _opened)}";
    private long _organization;

    private ScenarioSetup(Rest rest) => _rest = rest;

    /// <summary>The superuser's token.</summary>
    public string Superuser { get; private set; } = "";

    public static async Task<ScenarioSetup> Open(Rest rest)
    {
        var setup = new ScenarioSetup(rest);
        var login = await setup.Do("/api/accounts/login/", null, new { username = Cluster.Superuser, password = Cluster.Password });
        setup.Superuser = login.Text("token");
        setup._organization = (await setup.Do("/api/accounts/organizations/", setup.Superuser, new { name = $"run {setup._suffix}" })).Id();
        return setup;
    }

    public async Task<Member> Register(string name)
    {
        var username = $"{name}.{_suffix}";
        var account = await Do("/api/accounts/register/", null, new
        {
            username,
            email = $"{username}@example.com",
            password = Cluster.Password,
            first_name = name,
            last_name = "Tester",
            organization_id = _organization,
        });
        return new Member(account, _rest);
    }

    /// <summary>A group whose admin is the first.</summary>
    public async Task<Chat> Group(params Member[] members)
    {
        var group = await Do("/api/messaging/group-chats/", members[0].Token, new
        {
            name = $"group of {members.Length}",
            organization_id = _organization,
            member_ids = members.Skip(1).Select(member => member.Id).ToArray(),
        });
        return new Chat(group.Id(), isGroup: true, members);
    }

    public async Task<Chat> Conversation(Member one, Member other)
    {
        var conversation = await Do("/api/messaging/conversations/", one.Token, new { participant_id = other.Id, organization_id = _organization });
        return new Chat(conversation.Id(), isGroup: false, [one, other]);
    }

    private async Task<JsonElement> Do(string path, string? token, object body)
        => (await Rest.Insist(() => _rest.Ask(HttpMethod.Post, path, token, body), Timeout, answer => answer.Known != Known.Nothing)).Body;
}
