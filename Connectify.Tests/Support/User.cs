using System.Net.WebSockets;
using System.Text.Json;

namespace Connectify.Tests.Support;

/// <summary>A person with an account, who uses REST, plain sockets and the hub.</summary>
public sealed class User : ApiClient
{
    private readonly List<IAsyncDisposable> _connections = [];

    private User(TestServer server, JsonElement account)
        : base(server)
    {
        Account = account;
        Token = account.Text("token");
    }

    /// <summary>The body that register and login answer with.</summary>
    public JsonElement Account { get; }

    public long Id => Account.Id();

    public string Username => Account.Text("username");

    public string RefreshToken => Account.Text("refresh_token");

    public static async Task<User> Register(TestServer server, string username, long organizationId)
    {
        using var nobody = new ApiClient(server);
        var account = await nobody.Post("/api/accounts/register/", new
        {
            username,
            email = $"{username}@example.com",
            password = TestServer.Password,
            first_name = username,
            last_name = "Tester",
            organization_id = organizationId,
        }).Created();
        return new User(server, account);
    }

    public static async Task<User> LogIn(TestServer server, string username, string password = TestServer.Password)
    {
        using var nobody = new ApiClient(server);
        return new User(server, await nobody.Post("/api/accounts/login/", new { username, password }).Ok());
    }

    /// <summary>The same person on a second device: another login, another token.</summary>
    public Task<User> OnAnotherDevice() => LogIn(Server, Username);

    /// <summary>The same person with the same token at another node.</summary>
    public User At(TestServer node) => new(node, Account);

    /// <summary>A plain socket, closed with this user at the latest.</summary>
    /// <param name="path">Such as <c>conversations/5/</c>; empty for the socket of all chats.</param>
    /// <param name="query">More of the query, such as <c>since=3</c>.</param>
    public async Task<PlainSocket> Listen(string path, string query = "") => Keep(await PlainSocket.Open(SocketUrl(path, query)));

    /// <summary>As <see cref="Listen"/>, where the server may turn the socket away.</summary>
    public async Task<PlainSocket> Knock(string path, string query = "", Action<ClientWebSocketOptions>? configure = null)
        => Keep(await PlainSocket.Knock(SocketUrl(path, query), configure));

    public Uri SocketUrl(string path, string query = "")
        => Server.SocketUrl($"/ws/messaging/{path}?token={Token}{(query.Length > 0 ? "&" : "")}{query}");

    public async Task<HubClient> JoinHub() => Keep(await HubClient.Open(Server.SocketUrl($"/hubs/chat?access_token={Token}")));

    /// <summary>The JavaScript SignalR client, on <c>WebSockets</c>, <c>ServerSentEvents</c> or <c>LongPolling</c>.</summary>
    public async Task<NodeClient> JoinHubFromJavaScript(string transport) => Keep(await NodeClient.Open(Server.Url, Token, transport));

    /// <summary>The client of the <c>first</c> or <c>second</c> document, not connected yet.</summary>
    public async Task<DocumentedClient> Documented(string document) => Keep(await DocumentedClient.Start(Server.Url.Authority, Token ?? "", document));

    /// <summary>Ends this user's connections; the account stays.</summary>
    public async Task HangUp()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
        _connections.Clear();
    }

    private T Keep<T>(T connection)
        where T : IAsyncDisposable
    {
        _connections.Add(connection);
        return connection;
    }
}
