using System.Buffers;
using System.Text;
using Connectify.Server.Attachments.Store;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.WebUtilities;

namespace Connectify.Server.Attachments.Uploads;

/// <summary>
/// Reads one multipart/form-data body: texts into memory, files into the store. Disposing drops the files unless
/// <see cref="Complete"/> gave them away.
/// </summary>
internal sealed class FormReader(IFileStore store, UploadLimits limits) : IAsyncDisposable
{
    private const int LongestBoundary = 70;
    private const int BufferBytes = 16 * 1024;

    private static readonly Rejection Malformed = Rejection.BadRequest("malformed_multipart", "The multipart body is malformed");
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private readonly List<KeyValuePair<string, string>> _texts = [];
    private List<UploadedFile> _files = [];
    private int _textBytes;
    private long _skippedBytes;

    /// <summary>Whether the request has a body for this reader.</summary>
    public static bool CanRead(HttpRequest request)
        => HeaderParameters.Value(request.ContentType ?? "").Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <returns>
    /// Why the body is refused: 400 <c>malformed_multipart</c>, <c>too_many_files</c>; 413 <c>file_too_large</c>,
    /// <c>too_large</c>; 503 <c>storage_full</c>. null when all was read.
    /// </returns>
    /// <exception cref="UnavailableException">The disk is full, or can't be written to.</exception>
    /// <exception cref="BadHttpRequestException">The request breaks off.</exception>
    public async Task<Rejection?> Read(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > limits.MaxRequestBytes) return RequestLimits.TooLarge;
        var boundary = HeaderParameters.Parse(request.ContentType ?? "").GetValueOrDefault("boundary") ?? "";
        if (boundary.Length is 0 or > LongestBoundary) return Malformed;
        var reader = new MultipartReader(boundary, request.Body, BufferBytes);
        try
        {
            for (var parts = 0; await reader.ReadNextSectionAsync(cancellation) is { } part; parts++)
            {
                if (parts == UploadLimits.MaxParts) return Malformed;
                if (await Read(part, cancellation) is { } rejection) return rejection;
            }

            return null;
        }
        catch (Exception e) when (IsMalformed(e))
        {
            return Malformed;
        }
    }

    /// <summary>Bytes of all files.</summary>
    public long FileBytes => _files.Sum(file => file.Size);

    /// <param name="refund">Takes back what was charged for the files.</param>
    public Upload Complete(Func<Task> refund)
    {
        var files = _files;
        _files = [];
        return new Upload(store, Fields.FromForm(_texts), files, refund);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files) await file.DisposeAsync();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    // A connection that breaks is an IOException too, but not the form's fault.
    private static bool IsMalformed(Exception exception) => exception is InvalidDataException or DecoderFallbackException
        or IOException and not (BadHttpRequestException or ConnectionResetException);

    private async Task<Rejection?> Read(MultipartSection part, CancellationToken cancellation)
    {
        if (ContentDisposition.Parse(part.ContentDisposition ?? "") is not { } disposition) return Malformed;
        var isForUs = disposition.Name == limits.Field;
        var fileName = disposition.FileName ?? (isForUs && IsFile(part.ContentType) ? "" : null);
        if (fileName is null) return await ReadText(disposition.Name, part.Body, cancellation);
        return isForUs ? await ReadFile(fileName, part.Body, cancellation) : await Skip(part.Body, cancellation);
    }

    // React Native sends a file without a name where its app gives none.
    private static bool IsFile(string? contentType)
        => contentType is not null && HeaderParameters.Value(contentType).ToUpperInvariant() is not ("" or "TEXT/PLAIN" or "APPLICATION/JSON");

    private async Task<Rejection?> ReadText(string name, Stream body, CancellationToken cancellation)
    {
        _textBytes += name.Length;
        using var text = new MemoryStream();
        int read;
        while ((read = await body.ReadAsync(_buffer, cancellation)) > 0)
        {
            _textBytes += read;
            if (_textBytes > UploadLimits.MaxTextBytes) return RequestLimits.TooLarge;
            text.Write(_buffer, 0, read);
        }

        _texts.Add(KeyValuePair.Create(name, StrictUtf8.GetString(text.GetBuffer(), 0, (int)text.Length)));
        return null;
    }

    private async Task<Rejection?> ReadFile(string fileName, Stream body, CancellationToken cancellation)
    {
        // An empty file input of an HTML form sends a part without a name and without a byte.
        var read = await body.ReadAsync(_buffer, cancellation);
        if (read == 0 && fileName.Length == 0) return null;
        if (_files.Count == limits.MaxFiles) return limits.TooManyFiles;
        if (store.WhyNotReceive() is { } rejection) return rejection;

        var file = new UploadedFile(store.Receive(), limits.Field, FileName.Clean(fileName));
        _files.Add(file);
        for (; read > 0; read = await body.ReadAsync(_buffer, cancellation))
        {
            if (file.Size + read > limits.MaxFileBytes) return limits.FileTooLarge;
            await file.Write(_buffer.AsMemory(0, read), cancellation);
        }

        await file.Complete(cancellation);
        return null;
    }

    private async Task<Rejection?> Skip(Stream body, CancellationToken cancellation)
    {
        int read;
        while ((read = await body.ReadAsync(_buffer, cancellation)) > 0)
        {
            _skippedBytes += read;
            if (_skippedBytes > limits.MaxRequestBytes) return RequestLimits.TooLarge;
        }

        return null;
    }
}
