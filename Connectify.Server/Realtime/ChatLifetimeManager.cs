using System.Collections.Concurrent;
using Connectify.Protocol;
using Connectify.Server.Accounts;
using Connectify.Server.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime;

/// <summary>
/// SignalR's groups with a fan-out that waits for nobody: a member who doesn't read costs the others
/// nothing. (The stock one awaits each member's write.)
/// </summary>
internal sealed class ChatLifetimeManager(
    ILogger<DefaultHubLifetimeManager<ChatHub>> log,
    IHubProtocolResolver protocols,
    Clients clients,
    SocketsSettings sockets,
    FrameLimits limits,
    Metrics metrics)
    : DefaultHubLifetimeManager<ChatHub>(log)
{
    private readonly ConcurrentDictionary<string, Group> _groups = new();

    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        await base.OnConnectedAsync(connection);
        var socket = connection.Features.Get<RawSocket>();
        var protocol = socket is null ? connection.Protocol : protocols.GetProtocol(new FrameProtocol(socket.IsFlat).Name, null)!;
        clients.Add(new Client(connection, ((CallerIdentity)connection.User.Identity!).Caller, socket, protocol, sockets.MaxQueuedBytes)
        {
            Limit = limits.New(),
            Metrics = metrics,
        });
    }

    public override async Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        await base.OnDisconnectedAsync(connection);
        clients.Remove(connection.ConnectionId);
    }

    public override Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        if (clients.TryGet(connectionId, out var client)) Add(groupName, client);
        return Task.CompletedTask;
    }

    public override Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        if (clients.TryGet(connectionId, out var client)) Remove(groupName, client);
        return Task.CompletedTask;
    }

    public override Task SendGroupAsync(string groupName, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        var message = new SerializedHubMessage(new InvocationMessage(methodName, args));
        foreach (var member in Members(groupName)) member.Send(message);
        return Task.CompletedTask;
    }

    /// <summary>Sends an event to the members of a group whom it is for.</summary>
    public void Send(string groupName, ChatEvent happened)
    {
        using var round = WriteRound.Begin();
        var members = Members(groupName);
        foreach (var member in members)
        {
            if (IsFor(happened, member)) Send(member, happened);
        }

        metrics.FannedOut(members.Length, happened.ToldAt);
    }

    private static void Send(Client member, ChatEvent happened)
    {
        try
        {
            member.Send(happened);
        }
        catch (Exception)
        {
            // Whatever it is, it is this member's; the others hear.
            member.Cut();
        }
    }

    public static bool IsFor(ChatEvent happened, Client client)
        => happened.ExceptUser != client.Caller.UserId && (happened.OnlyUser == 0 || happened.OnlyUser == client.Caller.UserId);

    /// <summary>Who is in a group now.</summary>
    public Client[] Members(string groupName) => _groups.TryGetValue(groupName, out var group) ? group.Members : [];

    public void Add(string groupName, Client client)
    {
        while (true)
        {
            var group = _groups.GetOrAdd(groupName, static _ => new Group());
            lock (group.Gate)
            {
                if (group.IsGone) continue;

                // Copied on write: whoever is sending goes on over the array it has.
                if (!group.Members.Contains(client)) group.Members = [.. group.Members, client];
                return;
            }
        }
    }

    public void Remove(string groupName, Client client)
    {
        if (!_groups.TryGetValue(groupName, out var group)) return;
        lock (group.Gate)
        {
            group.Members = Array.FindAll(group.Members, member => member != client);
            if (group.Members.Length > 0) return;
            group.IsGone = true;
            _groups.TryRemove(new KeyValuePair<string, Group>(groupName, group));
        }
    }

    private sealed class Group
    {
        public Lock Gate { get; } = new();

        public Client[] Members { get; set; } = [];

        public bool IsGone { get; set; }
    }
}
