using Connectify.Server.Accounts;

namespace Connectify.Server.Attachments;

/// <summary>Signs the URLs of files. The same on every node and after a restart, or URLs given out stop working.</summary>
/// <param name="Key">32 bytes.</param>
internal sealed record UrlSigningKey(byte[] Key)
{
    /// <summary>Derived, so that no signature of a URL says anything about the key that signs tokens.</summary>
    public static UrlSigningKey From(SigningKey serverKey) => new(serverKey.For("connectify file urls"));
}
