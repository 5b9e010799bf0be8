using System.Text.Json.Serialization;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>What a node tells the others of itself.</summary>
[JsonDerivedType(typeof(Heartbeat), "beat")]
[JsonDerivedType(typeof(PresenceDiff), "user")]
[JsonDerivedType(typeof(PresenceSnapshot), "users")]
[JsonDerivedType(typeof(PresenceQuery), "who")]
internal abstract record NodeSignal;

/// <summary>I live. Each is also a lease: who sends none for a while has nobody online.</summary>
/// <param name="Number">Counts this node's beats.</param>
/// <param name="Losses">How many events it could not tell so far: a rise means that the others lack something.</param>
/// <param name="PresenceVersion">Counts the changes of who is online there: whoever has another count asks.</param>
internal sealed record Heartbeat(long Number, long Losses, long PresenceVersion) : NodeSignal;

/// <summary>A user came online at the node, or went.</summary>
internal sealed record PresenceDiff(long PresenceVersion, long UserId, bool IsHere) : NodeSignal;

/// <summary>All who are online at the node.</summary>
internal sealed record PresenceSnapshot(long PresenceVersion, long[] UserIds) : NodeSignal;

/// <summary>Asks one node who is online there.</summary>
internal sealed record PresenceQuery(long Node) : NodeSignal;
