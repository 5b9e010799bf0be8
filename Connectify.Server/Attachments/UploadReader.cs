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
    /// <exception cref="BadHttpRequestException">The request breaks off.</exception>
    public async Task<Outcome<Upload>> Read(HttpRequest request, UploadLimits limits, CancellationToken cancellation)
    {
        if (FormReader.CanRead(request)) return await ReadMultipart(request, limits, cancellation);
        if (!request.HasJsonContentType()) return NoSuchForm;
        var json = await Fields.ReadJson(request);
        return json.IsRejected(out var rejection, out var fields) ? rejection : new Upload(store, fields, []);
    }

    private async Task<Outcome<Upload>> ReadMultipart(HttpRequest request, UploadLimits limits, CancellationToken cancellation)
    {
        await using var form = new FormReader(store, limits);
        var rejection = await form.Read(request, cancellation);
        if (rejection is null) return form.Complete();
        await RequestLimits.Drain(request);
        return rejection;
    }
}
