using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime.Hub;

/// <summary>SignalR's way to connections and groups: registers each connection as a client, and sends by <see cref="ChatGroups"/>.</summary>
internal sealed class ChatLifetimeManager(
    ILogger<DefaultHubLifetimeManager<ChatHub>> log,
    FramedProtocol framed,
    ConnectionStore connections,
    ChatGroups groups,
    SocketsSettings sockets,
    FrameLimits limits,
    Metrics metrics)
    : DefaultHubLifetimeManager<ChatHub>(log)
{
    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        await base.OnConnectedAsync(connection);
        var socket = connection.Features.Get<SocketBinding>();
        connections.Add(new ClientConnection(connection, ((CallerIdentity)connection.User.Identity!).Caller, socket, ProtocolOf(connection), sockets.MaxQueuedBytes)
        {
            Limit = limits.New(),
            Metrics = metrics,
        });
    }

    public override async Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        await base.OnDisconnectedAsync(connection);
        connections.Remove(connection.ConnectionId);
    }

    public override Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        if (connections.TryGet(connectionId, out var client)) groups.Add(groupName, client);
        return Task.CompletedTask;
    }

    public override Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        if (connections.TryGet(connectionId, out var client)) groups.Remove(groupName, client);
        return Task.CompletedTask;
    }

    public override Task SendGroupAsync(string groupName, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        var message = new SerializedHubMessage(new InvocationMessage(methodName, args));
        foreach (var member in groups.Members(groupName)) member.Send(message);
        return Task.CompletedTask;
    }

    // The hub speaks JSON alone.
    private IHubProtocol ProtocolOf(HubConnectionContext connection)
        => connection.Features.Get<SocketConnection>() is HubSocketConnection ? framed : connection.Protocol;
}
