namespace Connectify.Server.Attachments.Store;

/// <summary>A file that grows in <c>incoming/</c> of a <see cref="LocalFileStore"/>.</summary>
/// <param name="disk">Reports failures.</param>
/// <param name="key">Under which it will be stored.</param>
/// <param name="temporary">Where it grows.</param>
/// <param name="place">Where it will be stored.</param>
/// <param name="createFolder">Makes the folder of its place.</param>
internal sealed class LocalIncomingFile(LocalDisk disk, string key, string temporary, string place, Action createFolder) : IIncomingFile
{
    private readonly FileStream _file = LocalDisk.Create(temporary);
    private bool _stored;

    public string Key => key;

    public async ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await _file.WriteAsync(bytes, cancellation);
        }
        catch (Exception e) when (LocalDisk.IsFailure(e))
        {
            throw disk.Unavailable(e);
        }
    }

    public Stream Read() => LocalDisk.OpenRead(temporary, FileShare.ReadWrite | FileShare.Delete);

    // fsync has no asynchronous form, and may take a while.
    public Task Store(CancellationToken cancellation) => Task.Run(() => disk.Run(Move), cancellation);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _file.DisposeAsync();
            if (!_stored) File.Delete(temporary);
        }
        catch (Exception e) when (LocalDisk.IsFailure(e))
        {
            // Removed at a later start.
        }
    }

    private bool Move()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        createFolder();
        File.Move(temporary, place);
        _stored = true;

        // Either level of folders may have been made just now; each name is kept by the folder above.
        var folder = new DirectoryInfo(place).Parent!;
        FolderSync.Flush(folder.FullName);
        FolderSync.Flush(folder.Parent!.FullName);
        FolderSync.Flush(folder.Parent.Parent!.FullName);
        return true;
    }
}
