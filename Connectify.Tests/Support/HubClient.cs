using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Connectify.Tests.Support;

/// <summary>The .NET SignalR client at <c>/hubs/chat</c>.</summary>
public sealed class HubClient : Listener
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly HubConnection _connection;
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HubClient(Uri url)
        : base(new Inbox())
    {
        var builder = new HubConnectionBuilder();
        builder.WithUrl(url, options => (options.SkipNegotiation, options.Transports) = (true, HttpTransportType.WebSockets));
        builder.Services.AddSingleton<IHubProtocol>(new HearingProtocol(Inbox));
        _connection = builder.Build();
        foreach (var name in (string[])[.. FrameNames.All, FrameNames.OfAnApplication]) _connection.On<JsonElement>(name, _ => { });
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
        using var patience = new CancellationTokenSource(Timeout);
        await client._connection.StartAsync(patience.Token);
        return client;
    }

    /// <summary>Calls a server method and waits for what it returns.</summary>
    /// <exception cref="HubException">The server said no.</exception>
    public async Task<JsonElement> Invoke(string method, object? argument = null)
    {
        using var patience = new CancellationTokenSource(Timeout);
        object?[] arguments = argument is null ? [] : [JsonReading.Json(argument)];
        return await _connection.InvokeCoreAsync<JsonElement>(method, arguments, patience.Token);
    }

    /// <summary>Calls a server method without waiting: the server sends no reply.</summary>
    public async Task Send(string method, object argument)
    {
        using var patience = new CancellationTokenSource(Timeout);
        await _connection.SendCoreAsync(method, [JsonReading.Json(argument)], patience.Token);
    }

    /// <returns>What ended the connection; null for a close without an error.</returns>
    public Task<Exception?> Closed() => _closed.Task.WaitAsync(Timeout);

    public override ValueTask DisposeAsync() => _connection.DisposeAsync();

    // A completion travels in the stream of the client methods, so it is a fence.
    protected override Task Fence() => Invoke("Ping");

    /// <summary>
    /// Hears client methods as they are read: the client calls their handlers in a loop of its own, and a completion
    /// that came after them may be known before.
    /// </summary>
    private sealed class HearingProtocol(Inbox inbox) : IHubProtocol
    {
        private readonly JsonHubProtocol _json = new();

        public string Name => _json.Name;

        public int Version => _json.Version;

        public TransferFormat TransferFormat => _json.TransferFormat;

        public bool IsVersionSupported(int version) => _json.IsVersionSupported(version);

        public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => _json.GetMessageBytes(message);

        public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => _json.WriteMessage(message, output);

        public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
        {
            if (!_json.TryParseMessage(ref input, binder, out message)) return false;
            if (message is InvocationMessage { Arguments: [JsonElement body] } called) inbox.Add(new Frame(called.Target, body));
            return true;
        }
    }
}
