using System.Buffers;
using System.Text;

namespace Connectify.Server.Attachments;

/// <summary>Takes in one multipart body, part by part. Disposing drops the files unless <see cref="Complete"/> gave them away.</summary>
internal sealed class MultipartIntake(IFileStore store, UploadLimits limits) : IAsyncDisposable
{
    private static readonly Rejection TooLarge = new(StatusCodes.Status413PayloadTooLarge, "too_large", "The request is too large");
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private readonly List<KeyValuePair<string, string>> _texts = [];
    private List<UploadedFile> _files = [];
    private int _textBytes;

    /// <returns>Why the body is refused; null when all was taken in.</returns>
    /// <exception cref="MalformedMultipartException">The body is malformed.</exception>
    public async Task<Rejection?> Read(MultipartBody body, CancellationToken cancellation)
    {
        for (var parts = 0; await body.Next(cancellation) is { } part; parts++)
        {
            if (parts == UploadLimits.MaxParts) throw new MalformedMultipartException("There are too many parts.");
            var rejection = part switch
            {
                { FileName: null } => await ReadText(part, cancellation),
                _ when part.Name == limits.Field => await ReadFile(part, cancellation),
                _ => await ReadOver(part, cancellation),
            };
            if (rejection is not null) return rejection;
        }

        return null;
    }

    public Upload Complete()
    {
        var files = _files;
        _files = [];
        return new Upload(store, Fields.FromForm(_texts), files);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files) await file.DisposeAsync();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private async Task<Rejection?> ReadText(MultipartPart part, CancellationToken cancellation)
    {
        _textBytes += part.Name.Length;
        using var text = new MemoryStream();
        int read;
        while ((read = await part.Read(_buffer, cancellation)) > 0)
        {
            _textBytes += read;
            if (_textBytes > UploadLimits.MaxTextBytes) return TooLarge;
            text.Write(_buffer, 0, read);
        }

        try
        {
            _texts.Add(KeyValuePair.Create(part.Name, StrictUtf8.GetString(text.GetBuffer(), 0, (int)text.Length)));
            return null;
        }
        catch (DecoderFallbackException e)
        {
            throw new MalformedMultipartException("A text is not UTF-8.", e);
        }
    }

    private async Task<Rejection?> ReadFile(MultipartPart part, CancellationToken cancellation)
    {
        // An empty file input of an HTML form sends a part without a name and without a byte.
        var read = await part.Read(_buffer, cancellation);
        if (read == 0 && part.FileName!.Length == 0) return null;
        if (_files.Count == limits.MaxFiles) return limits.TooManyFiles;

        var file = new UploadedFile(store.Receive(), part.Name, FileName.Clean(part.FileName));
        _files.Add(file);
        for (; read > 0; read = await part.Read(_buffer, cancellation))
        {
            if (file.Size + read > limits.MaxFileBytes) return limits.FileTooLarge;
            await file.Write(_buffer.AsMemory(0, read), cancellation);
        }

        return null;
    }

    private async Task<Rejection?> ReadOver(MultipartPart part, CancellationToken cancellation)
    {
        while (await part.Read(_buffer, cancellation) > 0)
        {
        }

        return null;
    }
}
