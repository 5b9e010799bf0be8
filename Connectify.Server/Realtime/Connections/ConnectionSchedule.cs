namespace Connectify.Server.Realtime.Connections;

/// <summary>When <see cref="ConnectionMonitor"/> does what to one connection, in <see cref="Environment.TickCount64"/>'s milliseconds.</summary>
internal sealed class ConnectionSchedule
{
    public long NextCheck { get; set; }

    /// <summary>0: not yet known, nor is <see cref="NextPing"/>.</summary>
    public long NextHeartbeat { get; set; }

    public long NextPing { get; set; }
}
