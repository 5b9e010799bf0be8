using System.Globalization;
using Connectify.Protocol;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime.Hub;

/// <summary>
/// Sends application events: by the carrier to all nodes where there is one, else to this node's clients. What a carrier brings is
/// delivered here. Delivery waits for no client.
/// </summary>
internal sealed class ApplicationEventSender
{
    private readonly HubJsonProtocol _json;
    private readonly ConnectionStore _connections;
    private readonly ChatGroups _groups;
    private readonly IApplicationEventCarrier? _carrier;

    public ApplicationEventSender(HubJsonProtocol json, ConnectionStore connections, ChatGroups groups, IApplicationEventCarrier? carrier = null)
    {
        (_json, _connections, _groups, _carrier) = (json, connections, groups, carrier);
        if (carrier is not null) carrier.Received += received => Deliver([received.To], received.Except, ApplicationEvent.Encode(received.Invocation));
    }

    /// <param name="name">The event's name.</param>
    /// <param name="arguments">Its payload: usually one object.</param>
    /// <param name="to">Its receivers at this node; see <see cref="ApplicationInvocation"/>.</param>
    /// <param name="except">The ids of connections that don't get it.</param>
    /// <param name="carry">Hands it to a carrier.</param>
    /// <exception cref="ArgumentException">The name or the payload may not be sent.</exception>
    /// <exception cref="InvalidOperationException">The other nodes can't be reached: nothing was sent.</exception>
    public Task Send(
        string name, object?[] arguments, IEnumerable<string> to, IReadOnlyList<string> except, Func<HubLifetimeManager<ApplicationEvents>, Task> carry)
    {
        var message = ApplicationEvent.Encode(_json.GetMessageBytes(new InvocationMessage(name, arguments)));
        if (_carrier is not null) return _carrier.Send(carry);
        Deliver(to, except, message);
        return Task.CompletedTask;
    }

    private void Deliver(IEnumerable<string> to, IReadOnlyList<string> except, SerializedHubMessage message)
    {
        using var flush = DeferredFlush.Begin();
        foreach (var client in to.SelectMany(Receivers).Where(client => !except.Contains(client.Id)))
        {
            try
            {
                client.Send(message);
            }
            catch (Exception)
            {
                // Whatever it is, it is this client's; the others receive.
                client.Abort();
            }
        }
    }

    private IEnumerable<ClientConnection> Receivers(string to)
    {
        if (to == "all") return _connections.All;
        var (kind, id) = to.IndexOf(':') is > 0 and var at ? (to[..at], to[(at + 1)..]) : ("", "");
        return kind switch
        {
            "user" => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var userId) ? _connections.OfUser(userId) : [],
            "group" => _groups.Members(id),
            "connection" => _connections.TryGet(id, out var client) ? [client] : [],
            _ => [],
        };
    }
}
