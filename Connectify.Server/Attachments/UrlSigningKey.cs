using System.Security.Cryptography;

namespace Connectify.Server.Attachments;

/// <summary>Signs the URLs of files. The same on every node and after a restart, or URLs given out stop working.</summary>
/// <param name="Key">32 bytes.</param>
internal sealed record UrlSigningKey(byte[] Key)
{
    private const int KeyBytes = 32;

    /// <summary>Derived, so that no signature of a URL says anything about the key that signs tokens.</summary>
    public static UrlSigningKey From(byte[] serverKey)
        => new(HKDF.DeriveKey(HashAlgorithmName.SHA256, serverKey, KeyBytes, info: "connectify file urls"u8.ToArray()));
}
