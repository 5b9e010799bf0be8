using System.Globalization;
using System.Text.Json;
using Connectify.Protocol;
using Connectify.Server.Diagnostics;
using Connectify.Server.Hosting;

namespace Connectify.Server.Realtime.Connections;

/// <summary>
/// One timer for all connections of this node: heartbeats of plain sockets, at staggered times; pings to silent
/// connections; the end of those with an expired token, without a pong, or with a full queue.
/// </summary>
internal sealed class ConnectionMonitor(
    ConnectionStore connections, SocketsSettings settings, Metrics metrics, IHostApplicationLifetime lifetime, ILogger<ConnectionMonitor> log)
    : BackgroundLoop
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    // Milliseconds. Ten thousand clients are seldom in the processor's caches: each is looked at every other tick only.
    private const long BetweenLooks = 900;

    // Milliseconds. Each client is pinged at its own moments, so that a crowd that came at once doesn't answer at once.
    private const long BetweenPings = 15_000;
    private static readonly TimeSpan HeardOfLately = TimeSpan.FromSeconds(5);

    // A client without a pong by then is dead or doesn't read, whatever TCP says: its buffers can absorb
    // minutes of writes. Clients have at least ten seconds to answer.
    private static readonly TimeSpan SilentBeforeCut = TimeSpan.FromSeconds(30);

    protected override async Task Run(CancellationToken stopping)
    {
        using var goodbye = lifetime.ApplicationStopping.Register(SayGoodbye);
        using var timer = new PeriodicTimer(Tick);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            var (now, ticks) = (Timestamp.Now, Environment.TickCount64);
            foreach (var client in connections.All)
            {
                if (ticks < client.Schedule.NextCheck) continue;
                client.Schedule.NextCheck = ticks + BetweenLooks;
                TryLook(client, now);
            }
        }
    }

    private void SayGoodbye()
    {
        foreach (var client in connections.All) client.CloseGoingAway();
    }

    private void TryLook(ClientConnection client, Timestamp now)
    {
        try
        {
            Check(client, now);
        }
        catch (Exception e)
        {
            // One connection's fault stops neither the clock nor the server.
            log.LogWarning("A connection of user {UserId} could not be looked after: {Kind}", client.Caller.UserId, e.GetType().Name);
            client.Abort();
        }
    }

    private void Check(ClientConnection client, Timestamp now)
    {
        if (client.Caller.Expires < now) client.Close(CloseCodes.Unauthorized, "token expired");
        if (client.BlockedFor > TimeSpan.FromSeconds(settings.MaxWriteStallSeconds))
        {
            log.LogInformation("Cut a client of user {UserId} that doesn't read", client.Caller.UserId);
            metrics.ConnectionAborted(Diagnostics.Metrics.Stalled);
            client.Abort();
        }
        else if (client is WebSocketConnection socket)
        {
            SendHeartbeat(socket, now);
        }
    }

    private void SendHeartbeat(WebSocketConnection client, Timestamp now)
    {
        var (ticks, silentFor, due) = (Environment.TickCount64, client.WebSocket.SilentFor, client.Schedule);
        if (silentFor > SilentBeforeCut)
        {
            client.Abort();
            return;
        }

        var interval = settings.HeartbeatSeconds * 1000L;
        if (due.NextHeartbeat == 0)
        {
            // The first ones come after half to a whole interval, by chance: a crowd that connects at once is spread.
            due.NextHeartbeat = ticks + Random.Shared.NextInt64(interval / 2, interval);
            due.NextPing = ticks + Random.Shared.NextInt64(BetweenPings / 2, BetweenPings);
        }

        client.WebSocket.Tick();
        if (client.Socket is not null && ticks >= due.NextHeartbeat)
        {
            due.NextHeartbeat += interval;
            client.Send(Frames.Heartbeat, Heartbeat(client, now));

            // It shares the heartbeat's write.
            due.NextPing = ticks;
        }

        if (ticks < due.NextPing) return;
        due.NextPing = ticks + BetweenPings;
        if (silentFor > HeardOfLately) client.WebSocket.Queue.Enqueue(FrameWriter.Ping);
    }

    private static byte[] Heartbeat(ClientConnection client, Timestamp now)
        => JsonSerializer.SerializeToUtf8Bytes(
            new { timestamp = now, connection_id = string.Create(CultureInfo.InvariantCulture, $"user_{client.Caller.UserId}") });
}
