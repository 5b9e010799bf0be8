using System.Security.Cryptography;

namespace Connectify.Server.Attachments;

/// <summary>
/// Files in a folder under <c>DataPath</c>. A file grows in <c>incoming/</c> and is moved to its place when it is
/// whole, so that a crash leaves no half file under a key.
/// </summary>
internal sealed class LocalFileStore(DataFolder data) : IFileStore, IHostedService
{
    private const int KeyBytes = 16;
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromHours(1);

    // One folder below the other: a rename is only atomic within a file system, and an operator may mount one here.
    private readonly string _root = data.Directory("files");
    private readonly string _incoming = data.Directory(Path.Combine("files", "incoming"));

    public IIncomingFile Receive()
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        return new Incoming(key, Path.Combine(_incoming, key), Place(key));
    }

    public Task<Stream?> Open(string key, CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult<Stream?>(OpenRead(Place(key), FileShare.Read | FileShare.Delete));
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

        return Task.CompletedTask;
    }

    /// <summary>Clears away what a crash left behind. Younger files may belong to another node that shares the folder.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var file in new DirectoryInfo(_incoming).EnumerateFiles())
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc > LeftoverAge) file.Delete();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static FileStream OpenRead(string path, FileShare share) => new(path, new FileStreamOptions
    {
        Options = FileOptions.Asynchronous,
        Share = share,
        BufferSize = 0,
    });

    // Two levels of at most 256 folders: no folder grows long, and no key can leave the root.
    private string Place(string key)
        => key.Length == 2 * KeyBytes && key.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(_root, key[..2], key[2..4], key)
            : throw new ArgumentException("Not a key of this store.", nameof(key));

    private sealed class Incoming(string key, string temporary, string place) : IIncomingFile
    {
        private readonly FileStream _file = new(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        });

        private bool _stored;

        public string Key => key;

        public ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => _file.WriteAsync(bytes, cancellation);

        public Stream Read() => OpenRead(temporary, FileShare.ReadWrite | FileShare.Delete);

        public async Task Store(CancellationToken cancellation)
        {
            // fsync has no asynchronous form, and may take a while.
            await Task.Run(Move, cancellation);
            _stored = true;
        }

        private void Move()
        {
            _file.Flush(flushToDisk: true);
            _file.Dispose();
            var folder = Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Move(temporary, place);

            // Either level of folders may have been made just now; each name is kept by the folder above.
            FolderSync.Flush(folder.FullName);
            FolderSync.Flush(folder.Parent!.FullName);
            FolderSync.Flush(folder.Parent.Parent!.FullName);
        }

        public async ValueTask DisposeAsync()
        {
            await _file.DisposeAsync();
            if (!_stored) File.Delete(temporary);
        }
    }
}
