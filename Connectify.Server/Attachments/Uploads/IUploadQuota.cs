namespace Connectify.Server.Attachments.Uploads;

/// <summary>How many bytes of files a user may store in a day.</summary>
internal interface IUploadQuota
{
    /// <returns>413 <c>quota_exceeded</c> where so many more bytes would be too many; null otherwise. Nothing is counted.</returns>
    Task<Rejection?> WhyNot(long userId, long bytes, CancellationToken cancellation);

    /// <summary>Counts bytes, if they may be stored.</summary>
    /// <returns>Or 413 <c>quota_exceeded</c>.</returns>
    Task<Rejection?> Charge(long userId, long bytes, CancellationToken cancellation);

    /// <summary>Takes back what was charged for files that were not kept.</summary>
    Task Refund(long userId, long bytes);
}
