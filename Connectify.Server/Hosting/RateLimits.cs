using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Connectify.Server.Accounts;

namespace Connectify.Server.Hosting;

/// <summary>How often the same one may ask over HTTP. Kept per node, in memory.</summary>
internal sealed class RateLimits(RateLimitsSettings settings) : IDisposable
{
    // One for all: each would look after its own ten times a second.
    private readonly PartitionedRateLimiter<(Window Window, string Who)> _limiter = PartitionedRateLimiter.Create<(Window Window, string Who), (Window, string)>(
        asked => RateLimitPartition.GetFixedWindowLimiter(asked, _ => asked.Window.Options));

    private readonly Window _requests = new("requests", settings.RequestsPerMinute, TimeSpan.FromMinutes(1));
    private readonly Window _logins = new("logins", settings.LoginsPerMinute, TimeSpan.FromMinutes(1));
    private readonly Window _registrations = new("registrations", settings.RegistrationsPerHour, TimeSpan.FromHours(1));

    public Rejection? Request(Caller caller) => Take(_requests, caller.Username);

    public Rejection? Login(HttpRequest request, string account) => Take(_logins, $"{Origin(request)} {account}");

    public Rejection? Registration(HttpRequest request) => Take(_registrations, Origin(request));

    public void Dispose() => _limiter.Dispose();

    private Rejection? Take(Window window, string who)
    {
        if (settings.Enabled != true) return null;
        using var lease = _limiter.AttemptAcquire((window, who));
        if (lease.IsAcquired) return null;
        return new Rejection(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many requests, please try again later")
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromMinutes(1),
        };
    }

    // One household or server has a whole /64 of IPv6 addresses, so that counts as one.
    private static string Origin(HttpRequest request)
    {
        var address = request.HttpContext.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    private sealed record Window(string Of, int Permits, TimeSpan Length)
    {
        public FixedWindowRateLimiterOptions Options { get; } = new() { PermitLimit = Permits, Window = Length, QueueLimit = 0 };
    }
}
