using System.Text.Json;

namespace Connectify.Tests.Support;

/// <summary>
/// The React Native client as a document prints it, unchanged. Its handlers' calls are heard as
/// <c>message</c>, <c>typing</c>, <c>read</c> <c>{user_id, messages}</c>, <c>heartbeat</c>, <c>$connection</c>
/// <c>{connected, code}</c> and <c>$error</c>, its console as <c>log</c> <c>{level, text}</c>.
/// </summary>
public sealed class DocumentedClient : Listener
{
    private static readonly string[] Asides = ["log", "$connection", "$error"];

    private readonly NodeProcess _node;

    private DocumentedClient(NodeProcess node, Inbox inbox)
        : base(inbox, Asides)
        => _node = node;

    /// <param name="host">The server's host and port, in the place of the one that the document made up.</param>
    /// <param name="token">What it finds in its storage.</param>
    /// <param name="document"><c>first</c> or <c>second</c>.</param>
    public static async Task<DocumentedClient> Start(string host, string token, string document)
    {
        var inbox = new Inbox();
        var client = new DocumentedClient(await NodeProcess.Start(inbox, "documented", document, host), inbox);
        await client.LogIn(token);
        return client;
    }

    public Task LogIn(string token) => _node.Do("logIn", new { token });

    /// <param name="path">As <see cref="ChatSteps"/> has it: <c>conversations/5/</c>.</param>
    /// <returns>Whether the client calls itself connected.</returns>
    public async Task<bool> Connect(string path)
        => (await _node.Do("connect", new { type = path.Split('/')[0], id = ChatSteps.ChatId(path) })).GetBoolean();

    /// <summary>Calls a method of the documented <c>WebSocketManager</c>.</summary>
    public Task<JsonElement> Manager(string method, params object?[] arguments) => _node.Do("manager", new { method, arguments });

    /// <summary>Calls a function of the documented <c>messagingService</c>.</summary>
    /// <returns><c>{status, data}</c>.</returns>
    public Task<JsonElement> Rest(string method, params object?[] arguments) => _node.Do("rest", new { method, arguments });

    public override ValueTask DisposeAsync() => _node.DisposeAsync();

    protected override Task Fence() => _node.Do("fence");
}
