using Connectify.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Connectify.Server.Realtime.Events;

/// <summary>An application event on its way to this node's clients.</summary>
/// <param name="To">Its receivers: <c>all</c>, <c>user:42</c>, <c>group:…</c> or <c>connection:…</c>.</param>
/// <param name="Except">The ids of connections that don't get it.</param>
/// <param name="Invocation">SignalR's JSON message, unchecked.</param>
internal sealed record ApplicationInvocation(string To, IReadOnlyList<string> Except, ReadOnlyMemory<byte> Invocation);

/// <summary>Carries application events between programs. At most once: an event that is lost is not sent again.</summary>
internal interface IApplicationEventCarrier
{
    /// <summary>Raised with each event, from this node or another program. Handlers must not wait.</summary>
    event Action<ApplicationInvocation>? Received;

    /// <summary>Sends an event to all nodes, this one included.</summary>
    /// <exception cref="InvalidOperationException">The other nodes can't be reached now: nothing was sent.</exception>
    Task Send(Func<HubLifetimeManager<ApplicationEvents>, Task> send);
}
