using Connectify.Server.Attachments.Store;

namespace Connectify.Server.Attachments.Uploads;

/// <summary>Reads bodies that are JSON, or multipart/form-data with files.</summary>
internal sealed class UploadReader(IFileStore store, IUploadQuota quota)
{
    private static readonly Rejection NoSuchForm = new(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send application/json or multipart/form-data");

    /// <summary>Reads the whole body; files go straight to the store. The caller disposes the upload.</summary>
    /// <param name="request">Its body.</param>
    /// <param name="limits">What it may carry.</param>
    /// <param name="userId">The user to charge for the files.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>
    /// Or 400 <c>malformed_json</c>, <c>malformed_multipart</c>, <c>too_many_files</c>; 413 <c>file_too_large</c>,
    /// <c>too_large</c>, <c>quota_exceeded</c>; 415 <c>unsupported_media_type</c>; 503 <c>storage_full</c>,
    /// <c>storage_unavailable</c>.
    /// </returns>
    /// <exception cref="BadHttpRequestException">The request breaks off.</exception>
    public async Task<Outcome<Upload>> Read(HttpRequest request, UploadLimits limits, long userId, CancellationToken cancellation)
    {
        if (FormReader.CanRead(request)) return await ReadForm(request, limits, userId, cancellation);
        if (!request.HasJsonContentType()) return NoSuchForm;
        var json = await Fields.ReadJson(request);
        return json.IsRejected(out var rejection, out var fields) ? rejection : new Upload(store, fields, []);
    }

    private async Task<Outcome<Upload>> ReadForm(HttpRequest request, UploadLimits limits, long userId, CancellationToken cancellation)
    {
        await using var form = new FormReader(store, limits);
        var rejection = await WhyNotRead(request, userId, cancellation) ?? await TryRead(form, request, cancellation);
        if (rejection is not null)
        {
            await RequestLimits.Drain(request);
            return rejection;
        }

        var bytes = form.FileBytes;
        if (bytes == 0) return form.Complete(() => Task.CompletedTask);
        return await quota.Charge(userId, bytes, cancellation) is { } exceeded ? exceeded : form.Complete(() => quota.Refund(userId, bytes));
    }

    // Texts have at most 1 MiB: of a longer body, the rest can only be files.
    private async Task<Rejection?> WhyNotRead(HttpRequest request, long userId, CancellationToken cancellation)
        => request.ContentLength - UploadLimits.MaxTextBytes is { } files and > 0 ? await quota.WhyNot(userId, files, cancellation) : null;

    private static async Task<Rejection?> TryRead(FormReader form, HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            return await form.Read(request, cancellation);
        }
        catch (UnavailableException e)
        {
            return e.Rejection;
        }
    }
}
