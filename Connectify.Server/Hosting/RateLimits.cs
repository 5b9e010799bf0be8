using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Connectify.Server.Accounts;

namespace Connectify.Server.Hosting;

/// <summary>How often the same one may ask over HTTP. Kept per node, in memory.</summary>
internal sealed class RateLimits(RateLimitsSettings settings) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _requests = Limiter(settings.RequestsPerMinute, TimeSpan.FromMinutes(1));
    private readonly PartitionedRateLimiter<string> _logins = Limiter(settings.LoginsPerMinute, TimeSpan.FromMinutes(1));
    private readonly PartitionedRateLimiter<string> _registrations = Limiter(settings.RegistrationsPerHour, TimeSpan.FromHours(1));

    public Rejection? Request(Caller caller) => Take(_requests, caller.Username);

    public Rejection? Login(HttpRequest request, string account) => Take(_logins, $"{Origin(request)} {account}");

    public Rejection? Registration(HttpRequest request) => Take(_registrations, Origin(request));

    public void Dispose()
    {
        _requests.Dispose();
        _logins.Dispose();
        _registrations.Dispose();
    }

    private Rejection? Take(PartitionedRateLimiter<string> limiter, string who)
    {
        if (settings.Enabled != true) return null;
        using var lease = limiter.AttemptAcquire(who);
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

    private static PartitionedRateLimiter<string> Limiter(int permits, TimeSpan window)
        => PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetFixedWindowLimiter(
            who, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window, QueueLimit = 0 }));
}
