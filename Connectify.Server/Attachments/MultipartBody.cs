using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Connectify.Server.Attachments;

/// <summary>The body is no well-formed multipart/form-data.</summary>
internal sealed class MalformedMultipartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The parts of a multipart body. What is wrong with its form comes out as one kind of exception.</summary>
internal sealed class MultipartBody
{
    private const int LongestBoundary = 70;
    private const int BufferBytes = 16 * 1024;
    private readonly MultipartReader _reader;

    /// <exception cref="MalformedMultipartException">The content type has no boundary, or no valid one.</exception>
    public MultipartBody(HttpRequest request)
    {
        var boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? HeaderUtilities.RemoveQuotes(type.Boundary) : default;
        if (boundary.Length is 0 or > LongestBoundary) throw new MalformedMultipartException("The boundary is missing or too long.");
        _reader = new MultipartReader(boundary.Value!, request.Body, BufferBytes);
    }

    public static bool Is(HttpRequest request)
        => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <returns>null after the last part.</returns>
    /// <exception cref="MalformedMultipartException">The body ends early, or a part has bad headers or no name.</exception>
    public async Task<MultipartPart?> Next(CancellationToken cancellation)
    {
        try
        {
            var section = await _reader.ReadNextSectionAsync(cancellation);
            return section is null ? null : new MultipartPart(section);
        }
        catch (Exception e) when (IsMalformed(e))
        {
            throw new MalformedMultipartException("A part can't be read.", e);
        }
    }

    // A connection that breaks and a request over its limit are IOExceptions too, but not the form's fault.
    internal static bool IsMalformed(Exception exception)
        => exception is InvalidDataException or IOException and not (BadHttpRequestException or ConnectionResetException);
}

/// <summary>One part: a text, or a file.</summary>
internal sealed class MultipartPart
{
    private readonly Stream _body;

    /// <exception cref="MalformedMultipartException">The part has no name.</exception>
    public MultipartPart(MultipartSection section)
    {
        var disposition = section.GetContentDispositionHeader();
        var name = disposition is null ? "" : HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        if (disposition is null || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase) || name.Length == 0)
        {
            throw new MalformedMultipartException("A part has no name.");
        }

        _body = section.Body;
        Name = name.EndsWith("[]", StringComparison.Ordinal) ? name[..^2] : name;
        FileName = (disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)).Value;
    }

    /// <summary>The field, without <c>[]</c>.</summary>
    public string Name { get; }

    /// <summary>As the client gave it; null for a text.</summary>
    public string? FileName { get; }

    /// <returns>How many bytes were read; 0 at the end of the part.</returns>
    /// <exception cref="MalformedMultipartException">The body ends within the part.</exception>
    public async ValueTask<int> Read(Memory<byte> into, CancellationToken cancellation)
    {
        try
        {
            return await _body.ReadAsync(into, cancellation);
        }
        catch (Exception e) when (MultipartBody.IsMalformed(e))
        {
            throw new MalformedMultipartException("The body ends within a part.", e);
        }
    }
}
