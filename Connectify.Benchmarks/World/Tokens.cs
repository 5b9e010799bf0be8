using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Connectify.Benchmarks.World;

/// <summary>Access tokens as the server issues them (JWT, HS256), signed here with the key that every server of a run is given.</summary>
internal static class Tokens
{
    /// <summary>Of no use outside of a run: each has a database of its own, on loopback.</summary>
    public const string SigningKey = "a key for benchmarks only, known to all";

    private static readonly byte[] Key = Encoding.UTF8.GetBytes(SigningKey);
    private static readonly string Header = Base64Url("""{"alg":"HS256","typ":"JWT"}"""u8);

    public static string Of(int user)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var id = ChatWorld.FirstId + user;
        var claims = JsonSerializer.SerializeToUtf8Bytes(new
        {
            sub = id.ToString(CultureInfo.InvariantCulture),
            username = Seeding.NameOf(user),
            jti = $"{id}-0123456789abcdef01234567",
            iat = now,
            exp = now + (8 * 3600),
            iss = "connectify",
            aud = "connectify",
        });
        var signed = $"{Header}.{Base64Url(claims)}";
        return $"{signed}.{Base64Url(HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>What the comparison servers check: the signature and the time. No account is looked up.</summary>
    /// <returns>The user's id, or null.</returns>
    public static long? UserOf(string? token)
    {
        if (token?.Split('.') is not [var header, var claims, var signature]) return null;
        var expected = Base64Url(HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes($"{header}.{claims}")));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(signature))) return null;
        using var json = JsonDocument.Parse(Convert.FromBase64String(Padded(claims)));
        if (json.RootElement.GetProperty("exp").GetInt64() < DateTimeOffset.UtcNow.ToUnixTimeSeconds()) return null;
        return long.Parse(json.RootElement.GetProperty("sub").GetString()!, CultureInfo.InvariantCulture);
    }

    private static string Padded(string text)
        => text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (text.Length % 4)) % 4);

    private static string Base64Url(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
