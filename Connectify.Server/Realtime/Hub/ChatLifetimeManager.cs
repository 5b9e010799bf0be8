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
        var client = Client(connection, ((CallerIdentity)connection.User.Identity!).Caller);
        connections.Add(client);

        // A plain socket's frames are counted as they come in. SignalR takes the protocol from here after this.
        if (client.Socket is null) connection.Protocol = new LimitedProtocol(connection.Protocol, client);
    }

    public override async Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        await base.OnDisconnectedAsync(connection);
        if (connections.Remove(connection.ConnectionId) is { } client) limits.Release(client.UserId);
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

    private ClientConnection Client(HubConnectionContext connection, Caller caller)
    {
        var limit = limits.New(caller.UserId);
        return connection.Features.Get<SocketConnection>() is { } socket
            ? new WebSocketConnection(connection, socket, caller, ProtocolOf(connection, socket), sockets.MaxQueuedBytes) { Limit = limit, Metrics = metrics }
            : new PipeConnection(connection, caller, connection.Protocol, sockets.MaxQueuedBytes) { Limit = limit, Metrics = metrics };
    }

    // The hub speaks JSON alone.
    private IHubProtocol ProtocolOf(HubConnectionContext connection, SocketConnection socket)
        => socket is HubSocketConnection ? framed : connection.Protocol;
}
