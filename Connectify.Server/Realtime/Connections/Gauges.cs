using System.Diagnostics.Metrics;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Connections;

/// <summary>What stands at the moment at which somebody looks: it costs nothing in between.</summary>
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

        // On a single node there is none to tell of.
        if (backplane.State is null) return;
        meter.CreateObservableGauge("connectify.backplane.connected", () => backplane.IsDown ? 0 : 1, "1", "Whether the other nodes can be heard.");
        meter.CreateObservableCounter("connectify.backplane.dropped", () => backplane.Dropped, "{event}", "Events that the other nodes were not told of: they find them in the database.");
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
