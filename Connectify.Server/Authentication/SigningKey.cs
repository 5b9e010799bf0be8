using System.Security.Cryptography;
using System.Text;
using Connectify.Server.Hosting;

namespace Connectify.Server.Authentication;

/// <summary>The secret that access tokens are signed with: configured, or in Development generated once under <c>DataPath</c>.</summary>
internal sealed class SigningKey
{
    private const string FileName = "signing.key";

    public SigningKey(AuthSettings settings, DataFolder folder, IHostEnvironment environment)
    {
        var text = settings.SigningKey;
        if (string.IsNullOrWhiteSpace(text))
        {
            text = environment.IsDevelopment() ? Generated(folder.File(FileName)) : throw new StartupException(
                $"Auth:SigningKey is not set. Give it at least {AuthSettings.MinKeyBytes} random bytes, the same on every node, "
                + "for instance what `openssl rand -base64 48` prints.");
        }

        Bytes = Encoding.UTF8.GetBytes(text);
    }

    public byte[] Bytes { get; }

    private static string Generated(string path)
    {
        if (!File.Exists(path)) Generate(path);
        var text = File.ReadAllText(path).Trim();
        return Encoding.UTF8.GetByteCount(text) >= AuthSettings.MinKeyBytes ? text : throw new StartupException(
            $"The signing key in {path} has fewer than {AuthSettings.MinKeyBytes} bytes. "
            + "Delete the file to have a new one made (everybody logs in anew).");
    }

    // Written aside and moved without overwriting: two processes that race end up with one key, and none reads half of it.
    private static void Generate(string path)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(draft, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(48))));
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
