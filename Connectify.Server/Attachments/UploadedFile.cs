namespace Connectify.Server.Attachments;

/// <summary>A file of a request, its bytes already in the store's care.</summary>
/// <param name="incoming">Where its bytes go.</param>
/// <param name="name">The form field, without <c>[]</c>.</param>
/// <param name="fileName">A harmless name, see <see cref="Attachments.FileName"/>.</param>
internal sealed class UploadedFile(IIncomingFile incoming, string name, string fileName) : IAsyncDisposable
{
    private readonly MemoryStream _head = new();
    private FileContent? _content;

    public string Name => name;

    public string FileName => fileName;

    /// <summary>Under which the store has it, once stored.</summary>
    public string Key => incoming.Key;

    /// <summary>In bytes.</summary>
    public long Size { get; private set; }

    /// <summary>What it is by its bytes; ask when it is whole.</summary>
    public FileContent Content => _content ??= FileContent.Detect(_head.GetBuffer().AsSpan(0, (int)_head.Length));

    public async ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        _head.Write(bytes.Span[..Math.Min(bytes.Length, FileContent.HeadBytes - (int)_head.Length)]);
        Size += bytes.Length;
        await incoming.Write(bytes, cancellation);
    }

    public Task Store(CancellationToken cancellation) => incoming.Store(cancellation);

    public ValueTask DisposeAsync() => incoming.DisposeAsync();
}
