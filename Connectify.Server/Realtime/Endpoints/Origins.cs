using Connectify.Protocol;
using Connectify.Server.Hosting;

namespace Connectify.Server.Realtime.Endpoints;

/// <summary>Which pages may open sockets: the server's own, those of <c>Cors:Origins</c>, and whatever is no page (native apps).</summary>
internal sealed class Origins(CorsSettings settings, ILogger<Origins> log)
{
    private const int MaxLogged = 200;

    private static readonly Rejection Foreign = Rejection.Forbidden("foreign_origin", "This origin is not allowed");

    private readonly HashSet<WebOrigin> _allowed = [.. settings.Origins.Select(WebOrigin.Parse).OfType<WebOrigin>()];

    /// <summary>null where the page that asks may open a socket, or no page asks. Each refusal is logged.</summary>
    public Rejection? WhyNot(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0 || IsAllowed(origin, request.Scheme, request.Host.Value ?? "", _allowed)) return null;
        if (!Handshake.IsEarly(request.HttpContext)) Log(origin, request.Scheme, request.Host.Value ?? "");
        return Foreign;
    }

    /// <param name="origin">The header <c>Origin</c>.</param>
    /// <param name="scheme">http or https, as the request was seen here.</param>
    /// <param name="host">The header <c>Host</c>, or what a trusted proxy says of it.</param>
    /// <param name="allowed">Other origins that are allowed.</param>
    internal static bool IsAllowed(string origin, string scheme, string host, IReadOnlySet<WebOrigin> allowed)
    {
        if (WebOrigin.Parse(origin) is not { } page) return false;
        if (allowed.Contains(page)) return true;
        if (page.Scheme != Uri.UriSchemeHttps && page.Scheme != Uri.UriSchemeHttp) return false;

        // A proxy that ends TLS makes https look like http here, never the other way round: a page that came without TLS,
        // which anybody on its way may have written, isn't one of a server that was reached with it.
        if (page.Scheme == Uri.UriSchemeHttp && scheme == Uri.UriSchemeHttps) return false;

        // The port that Host leaves out is the default of the page's scheme, for the same reason.
        return WebOrigin.Parse($"{page.Scheme}://{host}") == page;
    }

    private void Log(string origin, string scheme, string host) => log.LogWarning(
        "Socket refused: the origin {Origin} is neither that of the server, {Scheme}://{Host}, nor in Cors:Origins",
        Shortened(origin), scheme, Shortened(host));

    private static string Shortened(string text) => text.Length <= MaxLogged ? text : text[..MaxLogged] + "…";
}
