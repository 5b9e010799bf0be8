using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Connectify.Tests.Support;

/// <summary>The .NET SignalR client at <c>/hubs/chat</c>.</summary>
public sealed class HubClient : Listener
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HubConnection _connection;
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HubClient(Uri url)
        : base(new Inbox())
    {
        var builder = new HubConnectionBuilder();
        builder.Services.AddSingleton<IConnectionFactory, WebSocketTransport>();
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(url));
        builder.Services.AddSingleton<IHubProtocol, JsonHubProtocol>();
        _connection = builder.Build();
        foreach (var name in FrameNames.All) _connection.On<JsonElement>(name, body => Inbox.Add(new Frame(name, body)));
        _connection.Closed += error =>
        {
            Inbox.End($"closed: {error?.Message ?? "by the server"}");
            _closed.TrySetResult(error);
            return Task.CompletedTask;
        };
    }

    public static async Task<HubClient> Open(Uri url)
    {
        var client = new HubClient(url);
        using var patience = new CancellationTokenSource(Patience);
        await client._connection.StartAsync(patience.Token);
        return client;
    }

    /// <summary>Calls a server method and waits for what it returns.</summary>
    /// <exception cref="Microsoft.AspNetCore.SignalR.HubException">The server said no.</exception>
    public async Task<JsonElement> Invoke(string method, object? argument = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        object?[] arguments = argument is null ? [] : [JsonReading.Json(argument)];
        return await _connection.InvokeCoreAsync<JsonElement>(method, arguments, patience.Token);
    }

    /// <summary>Calls a server method without waiting: the server sends no reply.</summary>
    public async Task Send(string method, object argument)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _connection.SendCoreAsync(method, [JsonReading.Json(argument)], patience.Token);
    }

    /// <returns>What ended the connection; null for a close without an error.</returns>
    public Task<Exception?> Closed() => _closed.Task.WaitAsync(Patience);

    public override ValueTask DisposeAsync() => _connection.DisposeAsync();

    // A completion travels in the stream of the client methods, so it is a fence.
    protected override Task Fence() => Invoke("Ping");
}
