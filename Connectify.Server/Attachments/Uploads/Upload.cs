using Connectify.Server.Attachments.Store;

namespace Connectify.Server.Attachments.Uploads;

/// <summary>
/// The body of a request that may carry files. The way of a file: read it, judge it, <see cref="Store"/> it before the
/// transaction, and <see cref="Keep"/> it as the transaction's last act; disposing deletes what was not kept.
/// </summary>
/// <param name="store">Has the files.</param>
/// <param name="fields">The texts.</param>
/// <param name="files">In the order they came.</param>
/// <param name="refund">Takes back what was charged for files that are not kept; null: nothing was.</param>
internal sealed class Upload(IFileStore store, Fields fields, IReadOnlyList<UploadedFile> files, Func<Task>? refund = null) : IAsyncDisposable
{
    private bool _stored;
    private bool _kept;

    public Fields Fields => fields;

    /// <summary>The files of a field, in the order they came.</summary>
    public IReadOnlyList<UploadedFile> Files(string name) => [.. files.Where(file => file.Name == name)];

    /// <summary>Puts every file on disk under its key. Before the transaction: this waits for the disk.</summary>
    /// <exception cref="UnavailableException">The disk is full, or can't be written to.</exception>
    public async Task Store(CancellationToken cancellation)
    {
        _stored = true;
        foreach (var file in files) await file.Store(cancellation);
    }

    /// <summary>
    /// The rows that name the files are written. Call it before the commit, not after: should the connection break in the
    /// commit, nobody knows whether the rows are there, and a file without a row is better than a row without its file.
    /// </summary>
    /// <exception cref="InvalidOperationException">The files were not stored before.</exception>
    public void Keep()
    {
        if (!_stored && files.Count > 0) throw new InvalidOperationException("Store the files before keeping them.");
        _kept = true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in files)
        {
            await file.DisposeAsync();
            if (_stored && !_kept) await store.Delete(file.Key, CancellationToken.None);
        }

        if (!_kept && refund is not null) await refund();
    }
}
