using System.Buffers;
using System.Threading.Channels;
using Connectify.Protocol;
using Connectify.Server.Realtime.Events;
using MessagePack;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.AspNetCore.SignalR.StackExchangeRedis;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using SignalROptions = Microsoft.AspNetCore.SignalR.StackExchangeRedis.RedisOptions;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// Application events over Redis, in the format of SignalR's own package. The package sends; it never gets a connection, since
/// it would subscribe twice for each and wait for slow ones. This node hears them all by one pattern.
/// </summary>
internal sealed class RedisApplicationEvents(
    RedisConnection redis, RedisSubscriptions subscriptions, RedisMonitor monitor, IEnumerable<IHubProtocol> protocols, ILogger<RedisApplicationEvents> log)
    : BackgroundLoop, IApplicationEventCarrier
{
    private const int MaxUnread = 10_000;
    private const int MaxExcepted = 1_000;
    private const string Json = "json";
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Channel<(string To, byte[] Message)> _unread = Channel.CreateBounded<(string, byte[])>(
        new BoundedChannelOptions(MaxUnread) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private (IConnectionMultiplexer Connection, RedisHubLifetimeManager<ApplicationEvents> Manager)? _sender;
    private long _warnedAt = long.MinValue / 2;

    public event Action<ApplicationInvocation>? Received;

    public Task Send(Func<HubLifetimeManager<ApplicationEvents>, Task> send)
        => monitor.IsDown || redis.Current is not { } connection
            ? throw new InvalidOperationException("Redis is down: the event was not sent")
            : send(Sender(connection));

    protected override async Task Run(CancellationToken stopping)
    {
        redis.Received += Receive;
        await subscriptions.Add(RedisChannels.ApplicationEvents + "*");
        await foreach (var (to, message) in _unread.Reader.ReadAllAsync(stopping))
        {
            try
            {
                if (TryRead(to, message) is { } invocation) Received?.Invoke(invocation);
            }
            catch (Exception e)
            {
                // The senders are other programs: one bad event must not end the delivery of the rest.
                Warn($"ignored ({e.GetType().Name}: {e.Message})");
            }
        }
    }

    private static ApplicationInvocation? TryRead(string to, byte[] message)
    {
        var reader = new MessagePackReader(message);
        reader.ReadArrayHeader();
        var count = reader.ReadArrayHeader();
        if (count > MaxExcepted) throw new FormatException("too many excepted connections");
        var except = new string[count];
        for (var i = 0; i < count; i++) except[i] = reader.ReadString() ?? "";
        for (var left = reader.ReadMapHeader(); left > 0; left--)
        {
            if (reader.ReadString() == Json) return reader.ReadBytes() is { } json ? new ApplicationInvocation(to, except, json.ToArray()) : null;
            reader.Skip();
        }

        throw new FormatException("the sender has no JSON protocol");
    }

    // Made at the first send, and again for a new connection: a node that sends none has none.
    private RedisHubLifetimeManager<ApplicationEvents> Sender(IConnectionMultiplexer connection)
    {
        lock (_gate)
        {
            if (_sender is { } sender && sender.Connection == connection) return sender.Manager;

            // It logs each lost connection as an error; RedisMonitor logs it once. It is never disposed: that would end the connection.
            var options = Options.Create(new SignalROptions { ConnectionFactory = _ => Task.FromResult(connection) });
            var json = new JsonOnly(protocols.Last(protocol => protocol.Name == Json));
            var manager = new RedisHubLifetimeManager<ApplicationEvents>(NullLogger<RedisHubLifetimeManager<ApplicationEvents>>.Instance, options, json);
            _sender = (connection, manager);
            return manager;
        }
    }

    private void Receive(string channel, byte[] message)
    {
        // The package's own messages between its senders are none.
        if (!RedisChannels.IsApplicationEvent(channel, out var to) || to.StartsWith("internal:", StringComparison.Ordinal)) return;
        if (!_unread.Writer.TryWrite((to, message))) Warn("dropped: more than can be delivered come in");
    }

    private void Warn(string what)
    {
        var now = Environment.TickCount64;
        if (now - Volatile.Read(ref _warnedAt) < BetweenWarnings.TotalMilliseconds) return;
        Volatile.Write(ref _warnedAt, now);
        log.LogWarning("An application event was {What}. Further ones are not logged for a minute", what);
    }

    // The receivers translate JSON for each kind of client.
    private sealed class JsonOnly(IHubProtocol json) : IHubProtocolResolver
    {
        public IReadOnlyList<IHubProtocol> AllProtocols => [json];

        public IHubProtocol? GetProtocol(string protocolName, IReadOnlyList<string>? supportedProtocols) => protocolName == Json ? json : null;
    }
}
