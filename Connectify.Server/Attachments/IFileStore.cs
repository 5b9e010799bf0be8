namespace Connectify.Server.Attachments;

/// <summary>Where the bytes of attachments and avatars lie. Keys are random and the store's own.</summary>
internal interface IFileStore
{
    /// <summary>Begins a file under a new key; it is nowhere to be seen before <see cref="IIncomingFile.Store"/>.</summary>
    IIncomingFile Receive();

    /// <returns>A seekable stream that knows its length; null where there is no such file.</returns>
    Task<Stream?> Open(string key, CancellationToken cancellation);

    /// <summary>Deletes a stored file; none of that key is fine.</summary>
    Task Delete(string key, CancellationToken cancellation);
}

/// <summary>A file being received. Disposing forgets its bytes unless they were stored.</summary>
internal interface IIncomingFile : IAsyncDisposable
{
    /// <summary>Under which the file can be opened once it is stored.</summary>
    string Key { get; }

    ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <returns>A seekable stream of the bytes written so far; the caller disposes it before the file is stored.</returns>
    Stream Read();

    /// <summary>Puts the file under its key so that it survives a power cut; nothing can be written after.</summary>
    Task Store(CancellationToken cancellation);
}
