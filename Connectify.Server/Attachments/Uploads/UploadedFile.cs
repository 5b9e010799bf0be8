using Connectify.Server.Attachments.Sniffing;
using Connectify.Server.Attachments.Store;

namespace Connectify.Server.Attachments.Uploads;

/// <summary>A file of a request, its bytes already in the store's care.</summary>
/// <param name="incoming">Where its bytes go.</param>
/// <param name="name">The form field, without <c>[]</c>.</param>
/// <param name="fileName">A harmless name, see <see cref="Uploads.FileName"/>.</param>
internal sealed class UploadedFile(IIncomingFile incoming, string name, string fileName) : IAsyncDisposable
{
    public string Name => name;

    public string FileName => fileName;

    /// <summary>Under which the store has it, once stored.</summary>
    public string Key => incoming.Key;

    /// <summary>In bytes.</summary>
    public long Size { get; private set; }

    /// <summary>Its kind by its bytes, once it is <see cref="Complete"/>.</summary>
    public FileContent Content { get; private set; } = FileContent.Unknown;

    public async ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        Size += bytes.Length;
        await incoming.Write(bytes, cancellation);
    }

    /// <summary>All bytes are written: recognizes them.</summary>
    public async Task Complete(CancellationToken cancellation)
    {
        await using var written = incoming.Read();
        Content = await FileContent.Detect(written, cancellation);
    }

    public Task Store(CancellationToken cancellation) => incoming.Store(cancellation);

    public ValueTask DisposeAsync() => incoming.DisposeAsync();
}
