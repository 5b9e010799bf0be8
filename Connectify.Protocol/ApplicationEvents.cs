using Microsoft.AspNetCore.SignalR;

namespace Connectify.Protocol;

/// <summary>
/// Addresses the clients of all nodes for programs that have only the same Redis: <c>IHubContext&lt;ApplicationEvents&gt;</c> of
/// SignalR's Redis package sends there. The full name of this type is the contract, so a program may declare its own copy.
/// It has no methods, and no client connects to it.
/// </summary>
public sealed class ApplicationEvents : Hub;
