using System.Security.Cryptography;
using System.Text;
using Connectify.Server.Hosting;

namespace Connectify.Server.Attachments;

/// <summary>Signs the URLs of files. The same on every node and after a restart, or URLs given out stop working.</summary>
/// <param name="Key">32 bytes.</param>
internal sealed record UrlSigningKey(byte[] Key)
{
    private const int KeyBytes = 32;
    private const string FileName = "url-signing.key";

    /// <summary>Derived, so that no signature of a URL says anything about the key that signs tokens.</summary>
    public static UrlSigningKey From(byte[] serverKey)
        => new(HKDF.DeriveKey(HashAlgorithmName.SHA256, serverKey, KeyBytes, info: "connectify file urls"u8.ToArray()));

    /// <summary>From <c>Auth:SigningKey</c>, else from a key made once under <c>DataPath</c>.</summary>
    public static UrlSigningKey Of(AuthSettings auth, DataFolder data)
        => From(auth.SigningKey.Length > 0 ? Encoding.UTF8.GetBytes(auth.SigningKey) : Generated(data.File(FileName)));

    private static byte[] Generated(string path)
    {
        if (!File.Exists(path)) Generate(path);
        return File.ReadAllBytes(path);
    }

    private static void Generate(string path)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, options))
        {
            file.Write(RandomNumberGenerator.GetBytes(KeyBytes));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process starting at the same time was first: its key is the key.
            File.Delete(temporary);
        }
    }
}
