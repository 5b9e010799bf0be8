using Connectify.Server.Hosting;

namespace Connectify.Server.Realtime.Endpoints;

/// <summary>Which pages may open sockets: the server's own, those of <c>Cors:Origins</c>, and whatever is no page (native apps).</summary>
internal sealed class Origins(CorsSettings settings)
{
    public static Rejection Foreign { get; } = Rejection.Forbidden("foreign_origin", "This origin is not allowed");

    private readonly HashSet<string> _allowed = new(settings.Origins.Select(origin => origin.TrimEnd('/')), StringComparer.OrdinalIgnoreCase);

    public bool Allows(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || _allowed.Contains(origin) || IsOwn(origin, request.Host);
    }

    // By host and port: behind a proxy that ends TLS, the scheme seen here is not the page's.
    private static bool IsOwn(string origin, HostString host)
        => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}
