using System.Security.Cryptography;
using Connectify.Server.Hosting;

namespace Connectify.Server.Attachments.Store;

/// <summary>
/// Files in a folder under <c>DataPath</c>. A file grows in <c>incoming/</c> and is moved to its place when it is
/// whole, so that a crash leaves no half file under a key.
/// </summary>
internal sealed class LocalFileStore(DataFolder data, AttachmentsSettings settings, ILogger<LocalFileStore> log) : IFileStore, IHostedService
{
    private const string Root = "files";
    private const int KeyBytes = 16;
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromHours(1);

    // One folder below the other: a rename is only atomic within a file system, and an operator may mount one here.
    private readonly string _root = data.Directory(Root);
    private readonly string _incoming = data.Directory(Root, "incoming");
    private readonly LocalDisk _disk = new(data.Directory(Root, "incoming"), settings, log);

    public Rejection? WhyNotReceive() => _disk.WhyNotReceive();

    public Task<string?> FindProblem(CancellationToken cancellation) => _disk.FindProblem(cancellation);

    public IIncomingFile Receive()
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        var place = Place(key);
        return _disk.Run(() => new LocalIncomingFile(_disk, key, Path.Combine(_incoming, key), place, () => data.Directory(Root, key[..2], key[2..4])));
    }

    public Task<Stream?> Open(string key, CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult<Stream?>(LocalDisk.OpenRead(Place(key), FileShare.Read | FileShare.Delete));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task Delete(string key, CancellationToken cancellation)
    {
        try
        {
            File.Delete(Place(key));
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing of that key was ever stored.
        }
        catch (Exception e) when (LocalDisk.IsFailure(e))
        {
            // The row is gone already: a file without a row is unreachable, and fails no request.
            log.LogWarning("File store: {Key} can't be deleted and stays on the disk: {Cause}", key, e.Message);
        }

        return Task.CompletedTask;
    }

    /// <summary>Removes the half files of a crash. Younger ones may belong to another node that shares the folder.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var file in new DirectoryInfo(_incoming).EnumerateFiles())
            {
                if (DateTime.UtcNow - file.LastWriteTimeUtc > LeftoverAge) file.Delete();
            }
        }
        catch (Exception e) when (LocalDisk.IsFailure(e))
        {
            log.LogWarning("File store: half files in {Folder} can't be removed: {Cause}", _incoming, e.Message);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Two levels of at most 256 folders: no folder grows long, and no key can leave the root.
    private string Place(string key)
        => key.Length == 2 * KeyBytes && key.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(_root, key[..2], key[2..4], key)
            : throw new ArgumentException("Not a key of this store.", nameof(key));
}
