using System.Diagnostics.Metrics;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Connections;

/// <summary>Observable gauges, evaluated on collection.</summary>
internal static class Gauges
{
    private static readonly string[] Kinds = ["socket", "inbox", "hub"];

    public static void Add(IMeterFactory meters, ConnectionStore connections, IBackplane backplane)
    {
        var meter = meters.Create(Metrics.Name);
        meter.CreateObservableUpDownCounter(
            "connectify.connections", () => Connections(connections), "{connection}", "Open connections: plain sockets of one chat, sockets for all chats, SignalR clients.");
        meter.CreateObservableGauge(
            "connectify.queue.bytes", () => connections.All.Sum(client => (long)client.QueuedBytes), "By", "Bytes that wait for clients to take them.");

        // A single node has no backplane.
        if (backplane.State is null) return;
        meter.CreateObservableGauge("connectify.backplane.connected", () => backplane.IsDown ? 0 : 1, "1", "Whether the backplane is connected.");
        meter.CreateObservableCounter("connectify.backplane.dropped", () => backplane.Dropped, "{event}", "Events not published to other nodes, which find them in the database.");
    }

    private static IEnumerable<Measurement<int>> Connections(ConnectionStore connections)
    {
        var counts = connections.All.CountBy(Kind).ToDictionary();
        return Kinds.Select(kind => new Measurement<int>(counts.GetValueOrDefault(kind), new KeyValuePair<string, object?>("kind", kind)));
    }

    private static string Kind(ClientConnection client) => client switch
    {
        { Socket: null } => "hub",
        { IsInbox: true } => "inbox",
        _ => "socket",
    };
}
