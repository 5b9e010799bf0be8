namespace Connectify.Server.Attachments;

/// <summary>A file of a message as the database has it.</summary>
internal sealed record StoredAttachment
{
    public long Id { get; init; }

    public long MessageId { get; init; }

    public string Type { get; init; } = "";

    public string FileName { get; init; } = "";

    public string ContentType { get; init; } = "";

    public long Size { get; init; }

    public string StorageKey { get; init; } = "";

    /// <summary>What clients see of it.</summary>
    /// <param name="urls">Signs its URL.</param>
    /// <param name="baseUrl">Goes before it; <see cref="PublicUrls.Placeholder"/> where the receiver isn't known yet.</param>
    public AttachmentView View(FileUrls urls, string baseUrl) => new(Id, Type, FileName, ContentType, Size, baseUrl + urls.Attachment(Id));
}
