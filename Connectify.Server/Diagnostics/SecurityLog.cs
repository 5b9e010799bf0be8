using System.Net;

namespace Connectify.Server.Diagnostics;

/// <summary>
/// The log category <c>Connectify.Security</c>: one line for each event that concerns access, with the event's name, who did
/// it (actor), to whom (target) and from which address. Never a secret, and no name that a client typed: it may be a password.
/// </summary>
internal sealed class SecurityLog : IDisposable
{
    private const string Category = "Connectify.Security";
    private const int MaxCounted = 1_000;
    private const string Others = "others";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly ILogger _log;
    private readonly ITimer _flush;
    private Dictionary<(EventId What, string Address), long> _counts = [];

    public SecurityLog(ILoggerFactory logs, TimeProvider clock)
        => (_log, _flush) = (logs.CreateLogger(Category), clock.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));

    /// <param name="what">The event, one of <see cref="SecurityEvents"/>.</param>
    /// <param name="actor">The id of the user who did it; null: none who is known.</param>
    /// <param name="target">The id of the user it was done to; null: none who is known.</param>
    /// <param name="address">The IP address it came from.</param>
    /// <param name="detail">More of it, such as <c>role ADMIN, organization 5</c>.</param>
    public void Record(EventId what, long? actor, long? target, string address, string detail = "")
        => _log.LogInformation(
            what, "{Event}: actor {Actor}, target {Target}, address {Address}, {Detail}",
            what.Name, (object?)actor ?? "-", (object?)target ?? "-", address, detail.Length == 0 ? "-" : detail);

    /// <summary>For what may come in bulk: one line for each event and address, within a minute, with a count.</summary>
    public void Count(EventId what, IPAddress address) => Count(what, address.ToString());

    /// <inheritdoc cref="Count(EventId, IPAddress)"/>
    public void Count(EventId what, string address)
    {
        lock (_gate)
        {
            if (_counts.Count == 0) _flush.Change(Minute, Timeout.InfiniteTimeSpan);

            // An attack from very many addresses is one line more.
            var key = _counts.Count < MaxCounted || _counts.ContainsKey((what, address)) ? (what, address) : (what, Others);
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }
    }

    /// <summary>Writes what has been counted.</summary>
    public void Dispose()
    {
        _flush.Dispose();
        Flush();
    }

    private void Flush()
    {
        Dictionary<(EventId What, string Address), long> counts;
        lock (_gate) (counts, _counts) = (_counts, []);
        foreach (var ((what, address), count) in counts)
        {
            _log.LogInformation(
                what, "{Event}: actor {Actor}, target {Target}, address {Address}, count {Count}", what.Name, "-", "-", address, count);
        }
    }
}
