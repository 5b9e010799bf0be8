using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Connectify.Protocol;

/// <summary>
/// The subprotocols that a client offers as <c>Sec-WebSocket-Protocol</c> (RFC 6455, section 1.9). The server has none of its
/// own. A browser fails a connection unless the answer names one of those it offered, and this is the only header in
/// which it can send a token: <c>new WebSocket(url, ["bearer", token])</c>.
/// </summary>
public static class Subprotocols
{
    private const string Bearer = "bearer";
    private const string BearerPrefix = Bearer + ".";

    // {" in base64url, the start of every JWT.
    private const string JwtStart = "eyJ";

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>The access token among the offers, unchecked: a JWT in one of them, or else the one after <c>bearer</c>; null without one.</summary>
    public static string? TokenIn(IHeaderDictionary request)
    {
        var secrets = SecretsOf(Offered(request)).Where(secret => secret is not null);
        return secrets.OrderByDescending(secret => secret!.StartsWith(JwtStart, StringComparison.Ordinal)).FirstOrDefault();
    }

    /// <summary>The offer for the answer: the first one that holds no token; null without one.</summary>
    internal static string? Choose(IHeaderDictionary request)
    {
        var offered = Offered(request);
        return offered.Zip(SecretsOf(offered)).FirstOrDefault(offer => offer.Second is null && IsName(offer.First)).First;
    }

    private static string[] Offered(IHeaderDictionary request)
        => request.SecWebSocketProtocol.Count == 0 ? [] : request.GetCommaSeparatedValues(HeaderNames.SecWebSocketProtocol);

    // The token in each offer, or null.
    private static IEnumerable<string?> SecretsOf(string[] offered)
        => offered.Select((offer, i) => SecretIn(offer, follows: i > 0 ? offered[i - 1] : ""));

    private static string? SecretIn(string offer, string follows)
    {
        if (offer.IndexOf(JwtStart, StringComparison.Ordinal) is >= 0 and var start) return offer[start..];
        if (Bearer.Equals(follows, StringComparison.OrdinalIgnoreCase)) return offer;
        return offer.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) ? offer[BearerPrefix.Length..] : null;
    }

    private static bool IsName(string offer) => offer.Length > 0 && !offer.AsSpan().ContainsAnyExcept(TokenCharacters);
}
