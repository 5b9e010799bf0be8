using System.Net;
using System.Net.Sockets;
using Connectify.Server.Hosting;
using Microsoft.Extensions.Caching.Memory;

namespace Connectify.Server.Http;

/// <summary>
/// How often the same one may ask over HTTP: so many times in a window, which begins with the first. Kept per node, in memory.
/// </summary>
/// <remarks>
/// Not a <c>PartitionedRateLimiter</c>: it looks after its windows ten times a second, which is most of what an idle
/// server would do. The cache drops what is over when somebody asks.
/// </remarks>
internal sealed class RateLimits(RateLimitsSettings settings, TimeProvider clock) : IDisposable
{
    // Longer than any name: what is no account's isn't kept whole.
    private const int MaxAccount = 320;

    private readonly MemoryCache _windows = new(new MemoryCacheOptions());
    private readonly Lock _gate = new();

    private readonly Limit _requests = new("requests", settings.RequestsPerMinute, TimeSpan.FromMinutes(1));
    private readonly Limit _logins = new("logins", settings.LoginsPerMinute, TimeSpan.FromMinutes(1));
    private readonly Limit _registrations = new("registrations", settings.RegistrationsPerHour, TimeSpan.FromHours(1));

    public Rejection? Request(string username) => TryAcquire(_requests, username);

    public Rejection? Login(HttpRequest request, string account)
        => TryAcquire(_logins, $"{Origin(request)} {account[..Math.Min(account.Length, MaxAccount)]}");

    public Rejection? Registration(HttpRequest request) => TryAcquire(_registrations, Origin(request));

    public void Dispose() => _windows.Dispose();

    private Rejection? TryAcquire(Limit limit, string who)
    {
        if (settings.Enabled != true) return null;

        // Two that come at once share a window.
        lock (_gate)
        {
            if (!_windows.TryGetValue((limit.Of, who), out Window? window) || clock.GetElapsedTime(window!.Begun) >= limit.Length)
            {
                window = _windows.Set((limit.Of, who), new Window(clock.GetTimestamp()), limit.Length);
            }

            if (window.Taken++ < limit.Permits) return null;
            return new Rejection(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many requests, please try again later")
            {
                RetryAfter = limit.Length - clock.GetElapsedTime(window.Begun),
            };
        }
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

    private sealed record Limit(string Of, int Permits, TimeSpan Length);

    private sealed class Window(long begun)
    {
        /// <summary>By the clock's timestamps.</summary>
        public long Begun => begun;

        public long Taken { get; set; }
    }
}
