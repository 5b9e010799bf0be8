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
    private readonly Limit _loginsPerAddress = new("logins per address", settings.LoginsPerAddressPerMinute, TimeSpan.FromMinutes(1));
    private readonly Limit _failedLogins = new("failed logins", settings.FailedLoginsPerAccountPerHour, TimeSpan.FromHours(1));
    private readonly Limit _registrations = new("registrations", settings.RegistrationsPerHour, TimeSpan.FromHours(1));

    public Rejection? Request(string username) => TryAcquire(_requests, username);

    /// <summary>A try of a password: from one address, and from it at one account.</summary>
    public Rejection? Login(RemoteClient client, string account)
        => TryAcquire(_loginsPerAddress, client.Network) ?? TryAcquire(_logins, $"{client.Network} {Short(account)}");

    /// <summary>A try at one account, wherever from, which counts as failed until <see cref="TakeBackFailedLogin"/>.</summary>
    public Rejection? FailedLogin(string account) => TryAcquire(_failedLogins, Short(account));

    public void TakeBackFailedLogin(string account)
    {
        lock (_gate)
        {
            if (_windows.TryGetValue((_failedLogins.Of, Short(account)), out Window? window) && window!.Taken > 0) window.Taken--;
        }
    }

    public Rejection? Registration(RemoteClient client) => TryAcquire(_registrations, client.Network);

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

    private static string Short(string account) => account[..Math.Min(account.Length, MaxAccount)];

    private sealed record Limit(string Of, int Permits, TimeSpan Length);

    private sealed class Window(long begun)
    {
        /// <summary>By the clock's timestamps.</summary>
        public long Begun => begun;

        public long Taken { get; set; }
    }
}
