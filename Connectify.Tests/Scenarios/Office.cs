using System.Text.Json;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios;

/// <summary>Registers people and opens chats, in an organization of its own; to be used while all is well.</summary>
internal sealed class Office
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static int _opened;

    private readonly Rest _rest;
    private readonly string _suffix = $"{Interlocked.Increment(ref _opened)}";
    private long _organization;

    private Office(Rest rest) => _rest = rest;

    /// <summary>The superuser's token.</summary>
    public string Superuser { get; private set; } = "";

    public static async Task<Office> Open(Rest rest)
    {
        var office = new Office(rest);
        var login = await office.Do("/api/accounts/login/", null, new { username = Cluster.Superuser, password = Cluster.Password });
        office.Superuser = login.Text("token");
        office._organization = (await office.Do("/api/accounts/organizations/", office.Superuser, new { name = $"run {office._suffix}" })).Id();
        return office;
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
        => (await Rest.Insist(() => _rest.Ask(HttpMethod.Post, path, token, body), Patience, answer => answer.Known != Known.Nothing)).Body;
}
