using Microsoft.AspNetCore.Http.Features;

namespace Connectify.Server.Attachments;

/// <summary>Reads bodies that are JSON, or multipart/form-data with files.</summary>
internal sealed class UploadReader(IFileStore store)
{
    private static readonly Rejection NoSuchForm = new(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send application/json or multipart/form-data");

    /// <summary>Reads the whole body; files go straight to the store. The caller disposes the upload.</summary>
    /// <returns>
    /// Or 400 <c>malformed_json</c>, <c>malformed_multipart</c>, <c>too_many_files</c>; 413 <c>file_too_large</c>,
    /// <c>too_large</c>; 415 <c>unsupported_media_type</c>.
    /// </returns>
    /// <exception cref="BadHttpRequestException">The request is over its limit in whole, or breaks off.</exception>
    public async Task<Outcome<Upload>> Read(HttpRequest request, UploadLimits limits, CancellationToken cancellation)
    {
        if (FormReader.CanRead(request)) return await ReadMultipart(request, limits, cancellation);
        if (!request.HasJsonContentType()) return NoSuchForm;
        var json = await Fields.ReadJson(request);
        return json.IsRejected(out var rejection, out var fields) ? rejection : new Upload(store, fields, []);
    }

    private async Task<Outcome<Upload>> ReadMultipart(HttpRequest request, UploadLimits limits, CancellationToken cancellation)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = limits.MaxRequestBytes;
        }

        await using var form = new FormReader(store, limits);
        var rejection = await form.Read(request, cancellation);
        if (rejection is null) return form.Complete();
        await Drain(request, cancellation);
        return rejection;
    }

    // Who answers and hangs up while the client still sends is not heard: the client sees a broken connection, not why.
    private static async Task Drain(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            await request.Body.CopyToAsync(Stream.Null, cancellation);
        }
        catch (IOException)
        {
            // Over the limit of the whole request, or gone: enough was done.
        }
    }
}
