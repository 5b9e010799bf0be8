using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime.Hub;

/// <summary>
/// SignalR's way to connections and groups: registers each connection as a client. What is sent by SignalR's own means is an
/// application event: it reaches the clients of all nodes, whichever kind they are.
/// </summary>
internal sealed class ChatLifetimeManager(
    ILogger<DefaultHubLifetimeManager<ChatHub>> log,
    FramedProtocol framed,
    ConnectionStore connections,
    ChatGroups groups,
    ApplicationEventSender events,
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

    public override Task SendAllAsync(string methodName, object?[] args, CancellationToken cancellationToken = default)
        => events.Send(methodName, args, ["all"], [], all => all.SendAllAsync(methodName, args, cancellationToken));

    public override Task SendAllExceptAsync(
        string methodName, object?[] args, IReadOnlyList<string> excludedConnectionIds, CancellationToken cancellationToken = default)
        => events.Send(
            methodName, args, ["all"], excludedConnectionIds, all => all.SendAllExceptAsync(methodName, args, excludedConnectionIds, cancellationToken));

    public override Task SendConnectionAsync(string connectionId, string methodName, object?[] args, CancellationToken cancellationToken = default)
        => events.Send(methodName, args, [Connection(connectionId)], [], all => all.SendConnectionAsync(connectionId, methodName, args, cancellationToken));

    public override Task SendConnectionsAsync(
        IReadOnlyList<string> connectionIds, string methodName, object?[] args, CancellationToken cancellationToken = default)
        => events.Send(
            methodName, args, connectionIds.Select(Connection), [], all => all.SendConnectionsAsync(connectionIds, methodName, args, cancellationToken));

    public override Task SendGroupAsync(string groupName, string methodName, object?[] args, CancellationToken cancellationToken = default)
        => events.Send(methodName, args, [Group(groupName)], [], all => all.SendGroupAsync(groupName, methodName, args, cancellationToken));

    public override Task SendGroupExceptAsync(
        string groupName, string methodName, object?[] args, IReadOnlyList<string> excludedConnectionIds, CancellationToken cancellationToken = default)
        => events.Send(
            methodName, args, [Group(groupName)], excludedConnectionIds,
            all => all.SendGroupExceptAsync(groupName, methodName, args, excludedConnectionIds, cancellationToken));

    public override Task SendGroupsAsync(IReadOnlyList<string> groupNames, string methodName, object?[] args, CancellationToken cancellationToken = default)
        => events.Send(methodName, args, groupNames.Select(Group), [], all => all.SendGroupsAsync(groupNames, methodName, args, cancellationToken));

    public override Task SendUserAsync(string userId, string methodName, object?[] args, CancellationToken cancellationToken = default)
        => events.Send(methodName, args, [User(userId)], [], all => all.SendUserAsync(userId, methodName, args, cancellationToken));

    public override Task SendUsersAsync(IReadOnlyList<string> userIds, string methodName, object?[] args, CancellationToken cancellationToken = default)
        => events.Send(methodName, args, userIds.Select(User), [], all => all.SendUsersAsync(userIds, methodName, args, cancellationToken));

    private static string Connection(string id) => $"connection:{id}";

    private static string Group(string name) => $"group:{name}";

    private static string User(string id) => $"user:{id}";

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
