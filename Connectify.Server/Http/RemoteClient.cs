using System.Net;
using System.Net.Sockets;

namespace Connectify.Server.Http;

/// <summary>Where a request comes from, as far as its connection and its headers tell.</summary>
/// <param name="Address">The IP address; behind a trusted proxy, the one that it names.</param>
/// <param name="Network">What limits count by: an IPv4 address, or the /64 that one household or server has of IPv6.</param>
/// <param name="UserAgent">What the client says it is, at most 300 characters; null: nothing.</param>
internal sealed record RemoteClient(string Address, string Network, string? UserAgent)
{
    private const int MaxUserAgent = 300;
    private const int NetworkBytes = 8;

    /// <summary>For what the server does by itself.</summary>
    public static RemoteClient None { get; } = new("-", "-", null);

    /// <summary>Lets an endpoint take it as a parameter.</summary>
    public static ValueTask<RemoteClient> BindAsync(HttpContext context)
    {
        var address = AddressOf(context);
        var agent = context.Request.Headers.UserAgent.ToString().Trim();
        return ValueTask.FromResult(new RemoteClient(
            address.ToString(), NetworkOf(address), agent.Length == 0 ? null : agent[..Math.Min(agent.Length, MaxUserAgent)]));
    }

    /// <summary>An IPv4 address as such, also where the socket that took it speaks IPv6.</summary>
    public static IPAddress AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static string NetworkOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
