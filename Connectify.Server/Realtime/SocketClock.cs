using System.Globalization;
using System.Text.Json;
using Connectify.Protocol;
using Connectify.Server.Hosting;

namespace Connectify.Server.Realtime;

/// <summary>
/// One clock for all connections of this node: heartbeats, each at its own moment; pings to those who
/// are silent; an end to those whose token has expired, who are gone, or who don't read.
/// </summary>
internal sealed class SocketClock(
    Clients clients, SocketsSettings settings, Metrics metrics, IHostApplicationLifetime lifetime, ILogger<SocketClock> log)
    : BackgroundLoop
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SilentBeforePing = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseBetweenPings = TimeSpan.FromSeconds(5);

    // Whoever has answered no ping by then is gone or reads nothing, whether or not TCP knows: its buffers may
    // take what comes for minutes.
    private static readonly TimeSpan SilentBeforeCut = TimeSpan.FromSeconds(25);

    protected override async Task Run(CancellationToken stopping)
    {
        using var goodbye = lifetime.ApplicationStopping.Register(SayGoodbye);
        using var timer = new PeriodicTimer(Tick);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            var now = Timestamp.Now;
            foreach (var client in clients.All) TryLook(client, now);
        }
    }

    private void SayGoodbye()
    {
        foreach (var client in clients.All) client.SendAway();
    }

    private void TryLook(Client client, Timestamp now)
    {
        try
        {
            Look(client, now);
        }
        catch (Exception e)
        {
            // One connection's fault stops neither the clock nor the server.
            log.LogWarning("A connection of user {UserId} could not be looked after: {Kind}", client.Caller.UserId, e.GetType().Name);
            client.Cut();
        }
    }

    private void Look(Client client, Timestamp now)
    {
        if (client.Caller.Expires < now) client.Close(CloseCodes.Unauthorized, "token expired");
        if (client.BlockedFor > TimeSpan.FromSeconds(settings.MaxWriteStallSeconds))
        {
            log.LogInformation("Cut a client of user {UserId} that doesn't read", client.Caller.UserId);
            metrics.CutStalled();
            client.Cut();
        }
        else if (client.Raw is not null)
        {
            Beat(client, client.Raw, now);
        }
    }

    private void Beat(Client client, RawConnection raw, Timestamp now)
    {
        var ticks = Environment.TickCount64;
        if (raw.SilentFor > SilentBeforeCut)
        {
            client.Cut();
            return;
        }

        if (raw.SilentFor > SilentBeforePing && ticks - client.LastPing > PauseBetweenPings.TotalMilliseconds)
        {
            client.LastPing = ticks;
            raw.Queue.Enqueue(FrameWriter.Ping);
        }

        var interval = settings.HeartbeatSeconds * 1000L;

        // The first one comes after half to a whole interval, by chance: a crowd that connects at once is spread.
        if (client.NextHeartbeat == 0) client.NextHeartbeat = ticks + Random.Shared.NextInt64(interval / 2, interval);
        if (ticks < client.NextHeartbeat) return;
        client.NextHeartbeat += interval;
        client.Send(Frames.Heartbeat, JsonSerializer.SerializeToUtf8Bytes(
            new { timestamp = now, connection_id = string.Create(CultureInfo.InvariantCulture, $"user_{client.Caller.UserId}") }));
    }
}
