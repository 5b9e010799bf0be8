using Connectify.Server.Attachments.Sniffing;
using Connectify.Server.Attachments.Uploads;
using Connectify.Server.Hosting;

namespace Connectify.Server.Attachments;

/// <summary>A file about to hang on a message.</summary>
/// <param name="Type">image, video, document or audio.</param>
/// <param name="FileName">Harmless, 1 to 255 characters.</param>
/// <param name="ContentType">As found in its bytes.</param>
/// <param name="Size">In bytes.</param>
/// <param name="StorageKey">Where the store has it.</param>
internal sealed record NewAttachment(string Type, string FileName, string ContentType, long Size, string StorageKey)
{
    public const string Field = "attachments";
    private const string TypesField = "attachment_types";

    private static readonly Rejection NeedMultipart =
        Rejection.Field(Field, "attachments_need_multipart", "Attachments are sent as multipart/form-data");

    private static readonly Rejection InvalidType = Rejection.Field(
        TypesField, "invalid_attachment_type", "An attachment type is one of image, video, document, audio");

    private static readonly Rejection MoreTypesThanFiles = Rejection.Field(
        TypesField, "invalid_attachment_type", "There are more attachment types than attachments");

    /// <summary>As configured, in the field <c>attachments</c>.</summary>
    public static UploadLimits Limits(AttachmentsSettings settings) => new(Field, settings.MaxFiles, settings.MaxFileBytes);

    /// <summary>The files of a message, in order, each with its type; empty when the body has none.</summary>
    /// <remarks><c>attachment_types</c> that are no texts are noted in the fields, like every fault of a field's form.</remarks>
    /// <returns>Or 400 <c>attachments_need_multipart</c>, <c>invalid_attachment_type</c>, <c>attachment_type_mismatch</c>.</returns>
    public static Outcome<NewAttachment[]> From(Upload upload)
    {
        // Text where files belong: JSON, or a form that forgot to attach them.
        if (!upload.Fields.IsEmpty(Field)) return NeedMultipart;
        var files = upload.Files(Field);
        var types = upload.Fields.Texts(TypesField, files.Count);

        // The documents' sample body without its files still names their types.
        if (files.Count == 0) return Array.Empty<NewAttachment>();
        if (types.Length > files.Count) return MoreTypesThanFiles;

        var attachments = new NewAttachment[files.Count];
        for (var i = 0; i < files.Count; i++)
        {
            var outcome = Judge(files[i], i < types.Length && types[i].Length > 0 ? types[i] : null);
            if (outcome.IsRejected(out var rejection, out attachments[i]!)) return rejection;
        }

        return attachments;
    }

    private static Outcome<NewAttachment> Judge(UploadedFile file, string? claimed)
    {
        var type = claimed ?? file.Content.Type;
        if (!FileContent.IsType(type)) return InvalidType;
        return file.Content.ContentTypeAs(type) is { } contentType
            ? new NewAttachment(type, file.FileName, contentType, file.Size, file.Key)
            : Rejection.Field(TypesField, "attachment_type_mismatch", $"The content of {file.FileName} is not {Article(type)}{type}");
    }

    private static string Article(string type) => type switch { FileContent.Audio => "", FileContent.Image => "an ", _ => "a " };
}
