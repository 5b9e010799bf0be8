namespace Connectify.Server.Hosting;

/// <summary>
/// An origin (RFC 6454) in one form, whatever its spelling: lower case, IDN in punycode, IPv6 compressed, the scheme's default
/// port filled in, no dot at the end of the host.
/// </summary>
/// <param name="Scheme">Such as https, capacitor or chrome-extension.</param>
/// <param name="Host">A name or an address, IPv6 without brackets.</param>
/// <param name="Port">-1: the scheme has no default.</param>
internal sealed record WebOrigin(string Scheme, string Host, int Port)
{
    /// <returns>null where the text is no origin: no host, or more than scheme, host and port ("null" too).</returns>
    public static WebOrigin? Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0) return null;
        if (uri.PathAndQuery is not ("" or "/") || uri.Fragment.Length > 0 || text.Contains('\\', StringComparison.Ordinal)) return null;
        var host = uri.IdnHost.TrimEnd('.').ToLowerInvariant();
        return host.Length == 0 ? null : new WebOrigin(uri.Scheme, host, uri.Port);
    }

    /// <summary>As a browser writes it into <c>Origin</c>.</summary>
    public override string ToString() => new UriBuilder(Scheme, Host, Port).Uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
