namespace Connectify.Server.Attachments.Store;

/// <summary>Keeps the bytes of attachments and avatars. Keys are random and the store's own.</summary>
internal interface IFileStore
{
    /// <returns>503 <c>storage_full</c>: no file is received now. null: one may be.</returns>
    Rejection? WhyNotReceive();

    /// <summary>Begins a file under a new key; nobody can open it before <see cref="IIncomingFile.Store"/>.</summary>
    /// <exception cref="UnavailableException">The disk is full, or can't be written to.</exception>
    IIncomingFile Receive();

    /// <returns>A seekable stream that knows its length; null where there is no such file.</returns>
    Task<Stream?> Open(string key, CancellationToken cancellation);

    /// <summary>Deletes a stored file; none of that key is fine. A file that can't be deleted stays, and the log says so.</summary>
    Task Delete(string key, CancellationToken cancellation);

    /// <summary>Tries whether files can be stored.</summary>
    /// <returns>null when they can, else why not, for the operator.</returns>
    Task<string?> FindProblem(CancellationToken cancellation);
}

/// <summary>A file being received. Disposing forgets its bytes unless they were stored.</summary>
internal interface IIncomingFile : IAsyncDisposable
{
    /// <summary>Under which the file can be opened once it is stored.</summary>
    string Key { get; }

    /// <exception cref="UnavailableException">The disk is full, or can't be written to.</exception>
    ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <returns>A seekable stream of the bytes written so far; the caller disposes it before the file is stored.</returns>
    Stream Read();

    /// <summary>Puts the file under its key so that it survives a power cut; nothing can be written after.</summary>
    /// <exception cref="UnavailableException">The disk is full, or can't be written to.</exception>
    Task Store(CancellationToken cancellation);
}
