using System.Text.Json.Serialization;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>What a node tells the others of itself.</summary>
[JsonDerivedType(typeof(Heartbeat), "beat")]
[JsonDerivedType(typeof(PresenceDiff), "user")]
[JsonDerivedType(typeof(PresenceSnapshot), "users")]
[JsonDerivedType(typeof(PresenceQuery), "who")]
internal abstract record NodeSignal;

/// <summary>A node lives. Each is also a lease: the users of a node that sends none for a while are not online there.</summary>
/// <param name="Number">Counts the node's heartbeats, from 1.</param>
/// <param name="Losses">How many events it could not publish so far: a rise means that the others lack something.</param>
/// <param name="PresenceVersion">Counts the changes of who is online there: a node that has another count asks.</param>
/// <param name="Heard">The newest heartbeat that it received of each node, its own included, by node; null from a node of an older version.</param>
internal sealed record Heartbeat(long Number, long Losses, long PresenceVersion, IReadOnlyDictionary<long, long>? Heard = null) : NodeSignal;

/// <summary>A user came online at the node, or went.</summary>
internal sealed record PresenceDiff(long PresenceVersion, long UserId, bool IsHere) : NodeSignal;

/// <summary>All who are online at the node.</summary>
internal sealed record PresenceSnapshot(long PresenceVersion, long[] UserIds) : NodeSignal;

/// <summary>Asks one node who is online there.</summary>
internal sealed record PresenceQuery(long Node) : NodeSignal;
